"""Sources that are as they were: what parsing them would give is in the catalog already.

A fingerprint is of how a source was read and of all that came of it. Kept are those of sources that gave entities and
nothing else: no problem, and nothing that leads to other sources, whose changes no fingerprint would show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import transaction

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion.batches import batches
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem, pages_of
from plugins.catalog.ingestion.progress import Progress
from plugins.catalog.ingestion.rows import LAYOUT, digest, entity_digest
from plugins.catalog.ingestion.search_rows import storable
from plugins.catalog.ingestion.sources import Origin, Source
from plugins.catalog.ingestion.stitching import as_json
from plugins.catalog.ingestion.stored import Stored
from plugins.catalog.models import SourceFingerprint
from portal.api import portal_version


class Fingerprints:
    """Those that the last ingestion of everything kept, and those of this one.

    take  is told the references of a source that is as it was, and says whether none was found elsewhere before
    """

    def __init__(self, config: CatalogConfig, base: Path, stored: Stored, take: Callable[[list[str]], bool]) -> None:
        self._stored, self._take = stored, take
        self._settings = digest(portal_version, LAYOUT, config.model_dump_json(), str(base))
        self._before = set(SourceFingerprint.objects.values_list("fingerprint", flat=True).iterator())
        self._now: dict[str, str] = {}
        self._reading = ""

    def is_known(self, source: Source, origin: Origin, parent: str, content: bytes) -> bool:
        """Say whether a source with this content need not be parsed."""
        pages = as_json(pages_of(source))
        text = hashlib.sha256(content).hexdigest()
        self._reading = digest(self._settings, source.type, source.name, origin.ref, parent, pages, text)
        refs = self._stored.by_file.get(storable(source.name), [])
        fingerprint = self._of(self._stored.digests[ref] for ref in refs)
        if fingerprint not in self._before or not self._take(refs):
            return False
        self._now[source.name] = fingerprint
        return True

    def noted(
        self, source: Source, found: Iterable[FoundEntity | FoundProblem]
    ) -> Iterator[FoundEntity | FoundProblem]:
        """Give what is found in a source that is parsed, and take it down."""
        digests: list[str] = []
        is_all = True
        for item in found:
            if isinstance(item, FoundEntity) and not item.leads_on:
                digests.append(entity_digest(item))
            else:
                is_all = False
            yield item
        if digests and is_all:
            self._now[source.name] = self._of(digests)

    @transaction.atomic
    def keep(self, problems: Iterable[FoundProblem], progress: Progress) -> None:
        """Keep those of this ingestion, but for sources with problems."""
        progress.fence()
        wrong = {problem.file for problem in problems}
        now = {fingerprint for name, fingerprint in self._now.items() if name not in wrong}
        for batch in batches(self._before - now):
            SourceFingerprint.objects.filter(pk__in=batch).delete()
        for batch in batches(now - self._before):
            SourceFingerprint.objects.bulk_create(map(SourceFingerprint, batch))

    def _of(self, digests: Iterable[str]) -> str:
        return digest(self._reading, *sorted(digests))
