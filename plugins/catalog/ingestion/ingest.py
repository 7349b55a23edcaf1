"""Bringing the catalog in line with its locations: what is new is added, what changed written, what is gone removed."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion import orphanage, rows, stitching
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem
from plugins.catalog.ingestion.following import Walk, origins_of, provider_problems
from plugins.catalog.ingestion.progress import Progress
from plugins.catalog.ingestion.search_rows import rows_of
from plugins.catalog.ingestion.sources import Origin
from plugins.catalog.models import Entity, Ingestion, Problem, Refresh, Relation, Revision, SearchRow, Tag
from plugins.catalog.reading.reader import UrlReader
from plugins.catalog.validation import Stage
from portal.api import search_changed

BATCH = 200
_WRITTEN = (
    "kind", "namespace", "name", "title", "sort_key", "description", "type", "lifecycle", "owner_ref", "system_ref",
    "data", "stated_etag", "stale", "file", "line", "origin", "digest", "updated_at",
)  # fmt: skip

T = TypeVar("T")
M = TypeVar("M", Entity, Problem)


@dataclass(slots=True)
class Summary:
    """What an ingestion did; the first four count entities."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: int = 0
    files: int = 0
    seconds: float = 0.0

    @property
    def entities(self) -> int:
        """How many entities were found."""
        return self.added + self.changed + self.unchanged

    def __str__(self) -> str:
        return (
            f"Read {self.files} files in {self.seconds:.1f} s: {self.added} entities added, {self.changed} changed, "
            f"{self.unchanged} unchanged, {self.removed} removed, {self.problems} problem{'' if self.problems == 1 else 's'}."
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """What an ingestion brings in line: one file as entities name it, one location by type and target, or all."""

    file: str = ""
    origin: str = ""

    def of(self, model: type[M]) -> QuerySet[M]:
        """The rows that the ingestion answers for."""
        rows = model._default_manager.all()
        if self.file:
            return rows.filter(file=self.file)
        return rows.filter(origin=self.origin) if self.origin else rows

    @property
    def is_all(self) -> bool:
        """Say whether nothing is left out."""
        return not (self.file or self.origin)


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
    one reference the first is the entity: configured locations before registered ones, files by name, what location
    entities name after what is named in the configuration. Raises nothing for what a file holds: that is a problem in
    the summary and in the table. ``progress`` is told how far it is, and its fence is asked first in each transaction.
    """
    started = time.monotonic()
    summary, scope = Summary(), Scope(only, origin)
    reader, progress = reader or UrlReader.configured(), progress or Progress()
    walk, origins = Walk(config, base, reader), origins_of(config)
    walk.before = lambda read, known: progress.read(read, known, summary.entities)
    stored = dict(scope.of(Entity).values_list("ref", "digest"))
    seen: dict[str, str] = {}
    problems: list[FoundProblem] = []
    found = _found(walk, origins, scope)
    changes = _changes(
        found if scope.is_all else _not_elsewhere(found, problems, scope), stored, seen, problems, summary
    )
    for batch in _batches(changes):
        _write(batch, progress)
    progress.read(walk.files, walk.files, summary.entities)
    progress.phase(Ingestion.Phase.REMOVING)
    missing = stored.keys() - seen.keys()
    kept = _kept(problems, missing)
    _keep(kept, progress)
    orphans: set[str] = set()
    if config.orphanStrategy == "keep":
        orphans = orphanage.orphans(missing - kept.keys(), {one.ref for one in origins})
        progress.fence()
        orphanage.mark(orphans)
    summary.removed = _remove(missing - kept.keys() - orphans, progress)
    progress.phase(Ingestion.Phase.RELATING)
    stitching.refresh_stale(progress.fence)
    progress.phase(Ingestion.Phase.NOTING)
    summary.problems = _replace_problems(problems, scope, progress)
    summary.files = walk.files
    summary.seconds = time.monotonic() - started
    if scope.is_all:
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


def _not_elsewhere(
    found: Iterable[FoundEntity | FoundProblem], problems: list[FoundProblem], scope: Scope
) -> Iterator[FoundEntity | FoundProblem]:
    """What is found but for references that another source has already; those are noted in ``problems``."""
    for item in found:
        other = Entity.objects.filter(ref=item.ref).values_list("file", "line", "origin").first()
        inside = other is None or (other[0] == scope.file if scope.file else other[2] == scope.origin)
        if inside or not isinstance(item, FoundEntity):
            yield item
        elif other and other[0] != item.file:
            problems.append(_duplicate(item, f"{other[0]} line {other[1]}"))


def _changes(
    found: Iterable[FoundEntity | FoundProblem],
    stored: dict[str, str],
    seen: dict[str, str],
    problems: list[FoundProblem],
    summary: Summary,
) -> Iterator[FoundEntity]:
    """The entities to write; the rest is noted in ``seen``, ``problems`` and ``summary``."""
    for item in found:
        if isinstance(item, FoundProblem):
            problems.append(item)
        elif item.ref in seen:
            problems.append(_duplicate(item, seen[item.ref]))
        else:
            seen[item.ref] = f"{item.file} line {item.position.line}"
            if item.ref not in stored:
                summary.added += 1
                yield item
            elif stored[item.ref] != rows.entity_digest(item):
                summary.changed += 1
                yield item
            else:
                summary.unchanged += 1


def _duplicate(found: FoundEntity, first: str) -> FoundProblem:
    return FoundProblem(
        found.file,
        found.document,
        found.position,
        Stage.DUPLICATE,
        f"{found.ref} is already defined in {first}",
        "Give one of the two another name or namespace, or remove one.",
        found.ref,
        next((r.target for r in found.relations if r.source == found.ref and r.type == "ownedBy"), ""),
        found.origin,
    )


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


@transaction.atomic
def _write(batch: list[FoundEntity], progress: Progress) -> None:
    progress.fence()
    now = timezone.now()
    refs = [found.ref for found in batch]
    stitching.mark_related(refs, (end for found in batch for r in found.relations for end in (r.source, r.target)))
    related: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    related |= stitching.stored_relations(refs, but_of=refs)
    for found in batch:
        for relation in found.relations:
            related[relation.source].append((relation.type, relation.target))
    finals = [
        stitching.final(
            found.entity,
            stitching.uid_of(found.ref),
            stitching.as_relations(related[found.ref]),
            rows.stated_etag(found),
        )
        for found in batch
    ]
    entities = Entity.objects.bulk_create(
        [rows.entity_row(found, final, now) for found, final in zip(batch, finals, strict=True)],
        update_conflicts=True,
        unique_fields=("ref",),
        update_fields=_WRITTEN,
    )
    for replaced in (
        Relation.objects.filter(origin__in=entities),
        Tag.objects.filter(entity__in=entities),
        SearchRow.objects.filter(entity__in=entities),
    ):
        replaced.delete()
    pairs = list(zip(batch, entities, strict=True))
    stitching.insert(
        Relation,
        ("origin_id", "source_ref", "type", "target_ref"),
        ((entity.pk, r.source, r.type, r.target) for found, entity in pairs for r in found.relations),
    )
    stitching.insert(
        Tag, ("entity_id", "name"), ((entity.pk, tag) for found, entity in pairs for tag in rows.tags(found))
    )
    search_changed("catalog", [found.ref for found in batch])
    stitching.write_search_rows(
        (entity.pk, entity.kind.lower(), row)
        for entity, final in zip(entities, finals, strict=True)
        for row in rows_of(final)
    )
    Revision.advance()


def _kept(problems: Iterable[FoundProblem], missing: set[str]) -> dict[str, list[FoundProblem]]:
    """Entities that were read before and now only lack a good document: they stay, with what is wrong as status."""
    kept: defaultdict[str, list[FoundProblem]] = defaultdict(list)
    for problem in problems:
        if problem.ref in missing:
            kept[problem.ref].append(problem)
        elif problem.stage in (Stage.PARSE, Stage.READ):
            for ref in Entity.objects.filter(file=problem.unread or problem.file).values_list("ref", flat=True):
                if ref in missing:
                    kept[ref].append(problem)
    return kept


@transaction.atomic
def _keep(kept: dict[str, list[FoundProblem]], progress: Progress) -> None:
    progress.fence()
    for batch in _batches(kept):
        for entity in Entity.objects.filter(ref__in=batch):
            data = json.loads(entity.data)
            status = {"items": [_status(problem) for problem in kept[entity.ref]]}
            if data.get("status") != status:
                data = stitching.final(data, entity.uid, data["relations"], entity.stated_etag, status)
                Entity.objects.filter(pk=entity.pk).update(data=stitching.as_json(data), digest="")
                Revision.advance()


def _status(problem: FoundProblem) -> dict[str, Any]:
    error = {"name": "InputError", "message": problem.reason}
    return {
        "type": "backstage.io/catalog-processing",
        "level": "error",
        "message": f"InputError: {problem.reason}",
        "error": error,
    }


def _remove(refs: Iterable[str], progress: Progress) -> int:
    removed = 0
    for batch in _batches(refs):
        with transaction.atomic():
            progress.fence()
            removed += remove(batch)
    return removed


@transaction.atomic
def remove(refs: list[str]) -> int:
    """Delete entities; what they were related to is stale until refresh_stale is called. Returns their number."""
    stitching.mark_related(refs)
    _, rows_by_model = Entity.objects.filter(ref__in=refs).delete()
    search_changed("catalog", refs)
    Revision.advance()
    return rows_by_model.get(Entity._meta.label, 0)


@transaction.atomic
def _replace_problems(found: Iterable[FoundProblem], scope: Scope, progress: Progress) -> int:
    progress.fence()
    now = timezone.now()
    problems = {row.digest: row for row in (rows.problem_row(item, now) for item in found)}
    known = set(scope.of(Problem).values_list("digest", flat=True))
    for batch in _batches(known - problems.keys()):
        Problem.objects.filter(digest__in=batch).delete()
    Problem.objects.bulk_create(
        problems.values(),
        update_conflicts=True,
        unique_fields=("digest",),
        update_fields=("line", "column", "origin", "fix", "ref", "owner_ref"),
        batch_size=BATCH,
    )
    return len(problems)
