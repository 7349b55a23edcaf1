"""The demo: whatever the configured locations hold."""

from __future__ import annotations

from plugins.catalog.refresh import refresh


def load() -> None:
    """Read the locations; what is in the catalog already is not written again."""
    refresh()
