"""The demo: whatever the other plugins brought."""

from __future__ import annotations

from plugins.search.indexing import catch_up, rebuild
from plugins.search.models import Source
from portal.api import search_sources


def load() -> None:
    """Read the plugins that were never read, and what changed in the others."""
    known = set(Source.objects.filter(rebuilt_at__isnull=False).values_list("label", flat=True))
    for source in search_sources():
        if source.label not in known:
            rebuild(source)
    catch_up()
