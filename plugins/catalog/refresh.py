"""Reading the configured locations."""

from __future__ import annotations

from django.conf import settings

from plugins.catalog.ingestion.ingest import Progress, Summary, ingest
from plugins.catalog.providers.discovery import discover
from portal.api import config


def refresh(file: str = "", progress: Progress | None = None) -> Summary:
    """Bring the catalog in line with the locations in app-config.yaml, relative ones from the project folder.

    With ``file``, as entities name it, only what that file holds; otherwise providers are asked first.
    """
    stated = config.of("catalog")
    if not file:
        discover(stated)
    return ingest(stated, settings.BASE_DIR, file, progress)
