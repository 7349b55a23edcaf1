"""Reading the configured locations."""

from __future__ import annotations

from django.conf import settings

from plugins.catalog.ingestion.ingest import Progress, Summary, ingest
from portal.api import config


def refresh(file: str = "", progress: Progress | None = None) -> Summary:
    """Bring the catalog in line with the locations in app-config.yaml, relative ones from the project folder.

    With ``file``, as entities name it, only what that file holds.
    """
    return ingest(config.of("catalog"), settings.BASE_DIR, file, progress)
