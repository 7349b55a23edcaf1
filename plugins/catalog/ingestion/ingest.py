"""Bringing the catalog in line with its locations: what is new is added, what changed written, what is gone removed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.utils import timezone

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion import generated, holders, orphanage, rows, stitching, writing
from plugins.catalog.ingestion.batches import batches
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem
from plugins.catalog.ingestion.fingerprints import Fingerprints
from plugins.catalog.ingestion.following import Walk, origins_of, provider_problems
from plugins.catalog.ingestion.progress import Progress
from plugins.catalog.ingestion.sources import Origin
from plugins.catalog.ingestion.stored import Stored
from plugins.catalog.ingestion.summary import Scope, Summary
from plugins.catalog.models import Ingestion, Refresh
from plugins.catalog.reading.reader import UrlReader

# Fewer don't change how PostgreSQL goes about its queries.
MANY = 500


def ingest(
    config: CatalogConfig,
    base: Path,
    only: str = "",
    progress: Progress | None = None,
    origin: str = "",
    reader: UrlReader | None = None,
) -> Summary:
    """Read every location, relative targets from ``base``, and bring the catalog in line.

    With ``only`` what one file holds, with ``origin`` what comes from one location ("url:https://…"); one that is
    neither configured nor registered any more is removed with everything that came from it. Of several documents with
    one reference the one that was the entity stays it while its file has it; of new ones the first is: configured
    locations with all they lead to before registered ones, files by name, what location entities name after what is
    named in the configuration. Raises nothing for what a file holds: that is a problem in
    the summary and in the table. ``progress`` is told how far it is, and its fence is asked first in each transaction.
    """
    started = time.monotonic()
    summary, scope = Summary(), Scope(only, origin)
    reader, progress = reader or UrlReader.configured(), progress or Progress()
    walk, origins = Walk(config, base, reader), origins_of(config)
    walk.before = lambda: progress.read(walk.files, walk.known, summary.entities)
    stored = Stored.of(scope)
    seen: dict[str, str] = {}
    problems: list[FoundProblem] = []

    def take_unchanged(refs: list[str]) -> bool:
        if not seen.keys().isdisjoint(refs):
            return False
        seen.update(dict.fromkeys(refs, ""))
        summary.unchanged += len(refs)
        return True

    found = _found(walk, origins, scope)
    if scope.is_all:
        walk.fingerprints = Fingerprints(config, base, stored, take_unchanged)
        found = holders.first(found, walk, stored)
    else:
        found = holders.not_elsewhere(found, problems, scope)
    changes = _changes(found, stored.digests, seen, problems, summary)
    for batch in batches(changes, lambda found: len(found.json)):
        problems += writing.write_each(batch, progress)
        # The file that the batch ends in may hold more.
        progress.read(max(walk.files - 1, 0), walk.known, summary.entities)
    progress.read(walk.files, walk.files, summary.entities)
    progress.phase(Ingestion.Phase.REMOVING)
    missing = stored.digests.keys() - seen.keys()
    kept = writing.kept_despite(problems, missing, {ref: stored.places[ref][1] for ref in missing})
    writing.keep(kept, progress)
    orphans: set[str] = set()
    if config.orphanStrategy == "keep":
        orphans = orphanage.orphans(missing - kept.keys(), {one.ref for one in origins})
        orphanage.mark(orphans, progress)
    gone = missing - kept.keys() - orphans
    writing.remove_all(gone, progress.fence)
    summary.removed = sum(not ref.startswith(generated.REFS) for ref in gone)
    progress.phase(Ingestion.Phase.RELATING)
    stitching.refresh_stale(progress.fence)
    if summary.added + summary.changed + summary.removed >= MANY:
        writing.analyze()
    progress.phase(Ingestion.Phase.NOTING)
    summary.problems = writing.replace_problems(problems, scope, progress)
    summary.files = walk.files
    summary.seconds = time.monotonic() - started
    if walk.fingerprints:
        walk.fingerprints.keep(problems, progress)
        reader.forget_unread()
        Refresh.objects.update_or_create(
            pk=1, defaults={"finished_at": timezone.now(), "seconds": summary.seconds, "files": summary.files}
        )
    return summary


def _found(walk: Walk, origins: list[Origin], scope: Scope) -> Iterator[FoundEntity | FoundProblem]:
    if scope.origin:
        yield from walk.of([origin for origin in origins if origin.ref == scope.origin])
    elif scope.file:
        yield from walk.of([origin for origin in origins if origin.type == "file"], scope.file)
        if not walk.files:
            yield from walk.again(scope.file, origins)
    else:
        yield from provider_problems(walk.config)
        yield from walk.of(origins)


def _changes(
    found: Iterable[FoundEntity | FoundProblem],
    stored: Mapping[str, str],
    seen: dict[str, str],
    problems: list[FoundProblem],
    summary: Summary,
) -> Iterator[FoundEntity]:
    """The entities to write; the rest is noted in ``seen``, ``problems`` and ``summary``."""
    for item in found:
        if isinstance(item, FoundProblem):
            problems.append(item)
        elif item.ref in seen:
            if not item.is_generated:
                problems.append(holders.duplicate(item, seen[item.ref] or holders.place_of(item.ref)))
        else:
            seen[item.ref] = f"{item.file} line {item.position.line}"
            counted = 0 if item.is_generated else 1
            if item.ref not in stored:
                summary.added += counted
                yield item
            elif stored[item.ref] != rows.entity_digest(item):
                summary.changed += counted
                yield item
            else:
                summary.unchanged += counted
