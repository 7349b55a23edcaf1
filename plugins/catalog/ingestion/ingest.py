"""Bringing the catalog in line with its locations: what is new is added, what changed written, what is gone removed."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from plugins.catalog.config import CatalogConfig, Location
from plugins.catalog.ingestion import rows, stitching
from plugins.catalog.ingestion.documents import START, FoundEntity, FoundProblem, read
from plugins.catalog.ingestion.files import Source, Unreadable, find
from plugins.catalog.ingestion.search_rows import rows_of
from plugins.catalog.models import Entity, Problem, Refresh, RegisteredLocation, Relation, Revision, SearchRow, Tag
from plugins.catalog.validation import Stage
from portal.api import search_changed

BATCH = 200
_WRITTEN = (
    "kind", "namespace", "name", "title", "sort_key", "description", "type", "lifecycle", "owner_ref", "system_ref",
    "data", "stated_etag", "stale", "file", "line", "digest", "updated_at",
)  # fmt: skip

T = TypeVar("T")
M = TypeVar("M", Entity, Problem)
Progress = Callable[[int, int, int], None]


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

    def __str__(self) -> str:
        return (
            f"Read {self.files} files in {self.seconds:.1f} s: {self.added} entities added, {self.changed} changed, "
            f"{self.unchanged} unchanged, {self.removed} removed, {self.problems} problems."
        )


def ingest(config: CatalogConfig, base: Path, only: str = "", progress: Progress | None = None) -> Summary:
    """Read every location, relative targets from ``base``, and bring the catalog in line; or the file ``only``.

    Of several documents with one reference the first in the order of file names is the entity. Raises nothing for
    what a file holds: that is a problem in the summary and in the table. Before each file, ``progress`` is told how
    many files were read, of how many, and how many entities they hold.
    """
    started = time.monotonic()
    summary = Summary()
    stored = dict(_of(Entity, only).values_list("ref", "digest"))
    seen: dict[str, str] = {}
    problems: list[FoundProblem] = []
    found = _found(config, base, only, summary, progress)
    changes = _changes(_not_elsewhere(found, problems, only) if only else found, stored, seen, problems, summary)
    for batch in _batches(changes):
        _write(batch)
    kept = _kept(problems, stored.keys() - seen.keys())
    _keep(kept)
    summary.removed = _remove(stored.keys() - seen.keys() - kept.keys())
    stitching.refresh_stale()
    summary.problems = _replace_problems(problems, only)
    summary.seconds = time.monotonic() - started
    if only:
        return summary
    Refresh.objects.update_or_create(
        pk=1, defaults={"finished_at": timezone.now(), "seconds": summary.seconds, "files": summary.files}
    )
    return summary


def _of(model: type[M], file: str) -> QuerySet[M]:
    """The rows of one file, or all."""
    return model._default_manager.filter(file=file) if file else model._default_manager.all()


def _not_elsewhere(
    found: Iterable[FoundEntity | FoundProblem], problems: list[FoundProblem], file: str
) -> Iterator[FoundEntity | FoundProblem]:
    """What is found but for references that another file has already; those are noted in ``problems``."""
    for item in found:
        other = Entity.objects.filter(ref=item.ref).exclude(file=file).values_list("file", "line").first()
        if other and isinstance(item, FoundEntity):
            problems.append(_duplicate(item, f"{other[0]} line {other[1]}"))
        else:
            yield item


def _found(
    config: CatalogConfig, base: Path, only: str, summary: Summary, progress: Progress | None
) -> Iterator[FoundEntity | FoundProblem]:
    sources: dict[str, tuple[Source, Location]] = {}
    for location in config.locations:
        try:
            for source in find(location.target, base):
                sources.setdefault(os.path.relpath(source.path, base), (source, location))
        except Unreadable as error:
            if not only:
                yield FoundProblem(location.target, 0, START, Stage.READ, str(error), error.fix)
    if not only:
        yield from _registered()
    for file, (source, location) in sorted(sources.items()):
        if only and Path(file).as_posix() != only:
            continue
        if progress:
            progress(summary.files, 1 if only else len(sources), summary.added + summary.changed + summary.unchanged)
        summary.files += 1
        yield from read(source, Path(file).as_posix(), location)


def _registered() -> Iterator[FoundProblem]:
    for location in RegisteredLocation.objects.all():
        fix = "Add its files to catalog.locations in app-config.yaml, or remove the location."
        yield FoundProblem(str(location), 0, START, Stage.READ, location.unreadable, fix)


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
    )


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


@transaction.atomic
def _write(batch: list[FoundEntity]) -> None:
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
            for ref in Entity.objects.filter(file=problem.file).values_list("ref", flat=True):
                if ref in missing:
                    kept[ref].append(problem)
    return kept


@transaction.atomic
def _keep(kept: dict[str, list[FoundProblem]]) -> None:
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


def _remove(refs: Iterable[str]) -> int:
    return sum(remove(batch) for batch in _batches(refs))


@transaction.atomic
def remove(refs: list[str]) -> int:
    """Delete entities; what they were related to is stale until refresh_stale is called. Returns their number."""
    stitching.mark_related(refs)
    _, rows_by_model = Entity.objects.filter(ref__in=refs).delete()
    search_changed("catalog", refs)
    Revision.advance()
    return rows_by_model.get(Entity._meta.label, 0)


@transaction.atomic
def _replace_problems(found: Iterable[FoundProblem], only: str) -> int:
    now = timezone.now()
    problems = {row.digest: row for row in (rows.problem_row(item, now) for item in found)}
    known = set(_of(Problem, only).values_list("digest", flat=True))
    for batch in _batches(known - problems.keys()):
        Problem.objects.filter(digest__in=batch).delete()
    Problem.objects.bulk_create(
        problems.values(),
        update_conflicts=True,
        unique_fields=("digest",),
        update_fields=("line", "column", "fix", "ref", "owner_ref"),
        batch_size=BATCH,
    )
    return len(problems)
