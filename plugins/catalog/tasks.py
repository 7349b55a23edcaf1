"""What workers do for the catalog."""

from __future__ import annotations

from plugins.catalog.refresh import WORKERS_WAIT_SECONDS, refresh
from portal.api import config, task


# A worker that is killed counts as an attempt, and what it has written need not be written again.
@task(retries=10, seconds=6 * 3600)
def read(file: str = "", origin: str = "") -> str:
    """Read every location, or one file or location, and return what came of it."""
    return str(refresh(file, origin, wait=WORKERS_WAIT_SECONDS))


def interval() -> int | None:
    """Seconds between two readings of everything, None for never."""
    seconds: int | None = config.of("catalog").processing_seconds
    return seconds
