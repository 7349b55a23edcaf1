"""Reading the locations: at once, or soon by a worker."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from plugins.catalog.ingestion import generated, stitching, writing
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.ingestion.progress import Told, recorded
from plugins.catalog.ingestion.summary import Summary
from plugins.catalog.models import Entity, Ingestion
from plugins.catalog.providers.discovery import discover
from portal.api import LeaseTaken, config, enqueue_once, has_worker, is_enqueued, lease

LEASE = "catalog.ingest"
# People wait no longer for somebody else's reading; a worker does.
PEOPLE_WAIT_SECONDS = 2.0
WORKERS_WAIT_SECONDS = 600.0


def refresh(file: str = "", origin: str = "", told: Told | None = None, wait: float = PEOPLE_WAIT_SECONDS) -> Summary:
    """Bring the catalog in line with the locations in app-config.yaml, relative ones from the project folder.

    With ``file``, as entities name it, only what that file holds; with ``origin`` what comes from one location. One
    reading at a time: raises LeaseTaken when another goes on for more than ``wait`` seconds. ``told`` is called before
    each file with how many files were read, of how many, and how many entities they held.
    """
    with lease(LEASE, wait) as held, recorded(file or origin, held, told) as progress:
        stated = config.of("catalog")
        if not file and not origin:
            discover(stated)
        summary = ingest(stated, settings.BASE_DIR, file, origin=origin, progress=progress)
        progress.end(str(summary), summary.problems)
    return summary


def remove(refs: Iterable[str]) -> None:
    """Remove entities until their files are read again.

    Raises LeaseTaken when a reading goes on for more than PEOPLE_WAIT_SECONDS.
    """
    with lease(LEASE, PEOPLE_WAIT_SECONDS) as held:
        writing.remove_all(refs, held.renew)
        stitching.refresh_stale(held.renew)


def source_of(entity: Entity) -> dict[str, str]:
    """What refresh() has to read for ``entity``: its file or, for a location that no file holds, all that it led to."""
    return {"origin": entity.origin} if entity.ref.startswith(generated.REFS) else {"file": entity.file}


def refresh_soon(file: str = "", origin: str = "") -> Summary | None:
    """Have a worker read, and return None; without one, do as refresh_or_enqueue()."""
    if has_worker():
        enqueue(file, origin)
        return None
    return refresh_or_enqueue(file, origin)


def refresh_or_enqueue(file: str = "", origin: str = "") -> Summary | None:
    """Read at once; while somebody else reads, have a worker do it after that, and return None."""
    try:
        return refresh(file, origin)
    except LeaseTaken:
        enqueue(file, origin)
        return None


def enqueue(file: str = "", origin: str = "") -> None:
    """Have a worker read."""
    from plugins.catalog.tasks import read  # it needs this module

    enqueue_once(read, file, origin)


def is_to_come() -> bool:
    """Say whether a worker has something to read, or is about to."""
    from plugins.catalog.tasks import read

    return is_enqueued(read)


def latest() -> Ingestion | None:
    """The reading that goes on, or else the last one."""
    return Ingestion.objects.order_by("-pk").first()
