"""Writing what an ingestion found: entities in batches, a transaction each; what stays, what goes, and problems."""

from __future__ import annotations

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from plugins.catalog.ingestion import rows, stitching
from plugins.catalog.ingestion.batches import BATCH, batches
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem
from plugins.catalog.ingestion.owners import with_owners
from plugins.catalog.ingestion.progress import Progress
from plugins.catalog.ingestion.search_rows import rows_of, storable
from plugins.catalog.ingestion.summary import Scope
from plugins.catalog.models import Entity, Problem, Relation, SearchRow, Tag
from plugins.catalog.revision import revision
from plugins.catalog.validation import Stage
from portal.api import search_changed

MOST_STATUS_ITEMS = 20
MOST_PROBLEMS_OF_A_FILE = 1_000
_WRITTEN = (
    "kind", "namespace", "name", "title", "sort_key", "description", "type", "lifecycle", "owner_ref", "system_ref",
    "data", "stated_etag", "stale", "file", "line", "origin", "parent_ref", "digest", "updated_at",
)  # fmt: skip

log = logging.getLogger(__name__)


def write_each(batch: list[FoundEntity], progress: Progress) -> list[FoundProblem]:
    """Write entities; those that the database refuses stay as they were and are problems, and hold up no others."""
    try:
        write(batch, progress)
    except (DataError, IntegrityError, ValueError, ArithmeticError, RecursionError) as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            return write_each(batch[:middle], progress) + write_each(batch[middle:], progress)
        [found] = batch
        log.exception("%s could not be written", found.ref)
        reason = f"The entity could not be stored: {type(error).__name__}"
        fix = "This is a mistake of the portal. Show whoever runs it this message; its log has the rest."
        place = (found.file, found.document, found.position)
        return [FoundProblem(*place, Stage.POLICY, reason, fix, found.ref, origin=found.origin)]
    return []


@transaction.atomic
def write(batch: list[FoundEntity], progress: Progress) -> None:
    """Write new and changed entities with their relations, tags and search rows."""
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
    called = _called(refs)
    replaced = list(Entity.objects.filter(ref__in=refs).values_list("pk", flat=True))
    entities = Entity.objects.bulk_create(
        [rows.entity_row(found, final, now) for found, final in zip(batch, finals, strict=True)],
        update_conflicts=True,
        unique_fields=("ref",),
        update_fields=_WRITTEN,
    )
    if replaced:
        Relation.objects.filter(origin__in=replaced).delete()
        Tag.objects.filter(entity__in=replaced).delete()
        SearchRow.objects.filter(entity__in=replaced).delete()
    pairs = list(zip(batch, entities, strict=True))
    stitching.insert(
        Relation,
        ("origin_id", "source_ref", "type", "target_ref"),
        ((entity.pk, r.source, r.type, r.target) for found, entity in pairs for r in found.relations),
    )
    stitching.insert(
        Tag, ("entity_id", "name"), ((entity.pk, tag) for found, entity in pairs for tag in rows.tags(found))
    )
    search_changed("catalog", [*refs, *_owned_by(called.items() ^ _called(refs).items())])
    stitching.write_search_rows(
        (entity.pk, entity.kind.lower(), row)
        for entity, final in zip(entities, finals, strict=True)
        for row in rows_of(final)
    )
    revision.advance()


def _called(refs: list[str]) -> dict[str, str]:
    """The titles of those who may own something."""
    owners = Entity.objects.filter(ref__in=refs, kind__in=("Group", "User")).exclude(title="")
    return dict(owners.values_list("ref", "title"))


def _owned_by(called: Iterable[tuple[str, str]]) -> list[str]:
    """What is found under the names of owners as well."""
    owners = {ref for ref, _ in called}
    return list(Entity.objects.filter(owner_ref__in=owners).values_list("ref", flat=True)) if owners else []


def kept_despite(
    problems: Iterable[FoundProblem], missing: set[str], origins: Mapping[str, str]
) -> dict[str, list[FoundProblem]]:
    """Entities that were read before and now only lack a good document: they stay, with what is wrong as status.

    origins  by reference the location that an entity came from; a document from elsewhere says nothing of it
    """
    kept: defaultdict[str, list[FoundProblem]] = defaultdict(list)
    lost_from: dict[str, list[str]] = {}
    for problem in problems if missing else ():
        if problem.ref in missing:
            if origins[problem.ref] == storable(problem.origin) and len(kept[problem.ref]) < MOST_STATUS_ITEMS:
                kept[problem.ref].append(problem)
        elif problem.stage in (Stage.PARSE, Stage.READ):
            source = problem.unread or problem.file
            if source not in lost_from:
                refs = _brought(source) if problem.unread else _held(source)
                lost_from[source] = [ref for ref in refs if ref in missing]
            for ref in lost_from[source]:
                if len(kept[ref]) < MOST_STATUS_ITEMS:
                    kept[ref].append(problem)
    return kept


def _held(file: str) -> Iterable[str]:
    return Entity.objects.filter(file=storable(file)).values_list("ref", flat=True)


def _brought(location: str) -> Iterable[str]:
    """What a location led to, however far."""
    found: set[str] = set()
    parents = {location}
    while parents:
        children = set(Entity.objects.filter(parent_ref__in=parents).values_list("ref", flat=True)) - found
        found |= children
        parents = {ref for ref in children if ref.startswith("location:")}
    return found


def keep(kept: dict[str, list[FoundProblem]], progress: Progress) -> None:
    """Note what is wrong as status of the entities that stay, a transaction a batch."""
    for batch in batches(kept):
        with transaction.atomic():
            progress.fence()
            _keep({ref: kept[ref] for ref in batch})


def _keep(kept: Mapping[str, list[FoundProblem]]) -> None:
    is_changed = False
    for entity in Entity.objects.filter(ref__in=kept):
        data = json.loads(entity.data)
        status = {"items": [_status(problem) for problem in kept[entity.ref]]}
        if data.get("status") != status:
            data = stitching.final(data, entity.uid, data["relations"], entity.stated_etag, status)
            Entity.objects.filter(pk=entity.pk).update(data=stitching.as_json(data), digest="")
            is_changed = True
    if is_changed:
        revision.advance()


def _status(problem: FoundProblem) -> dict[str, Any]:
    error = {"name": "InputError", "message": problem.reason}
    return {
        "type": "backstage.io/catalog-processing",
        "level": "error",
        "message": f"InputError: {problem.reason}",
        "error": error,
    }


def remove_all(refs: Iterable[str], fence: Callable[[], None]) -> None:
    """Delete entities, a transaction a batch, in each of which ``fence`` is called first."""
    for batch in batches(refs):
        with transaction.atomic():
            fence()
            remove(batch)


@transaction.atomic
def remove(refs: list[str]) -> None:
    """Delete entities; what they were related to is stale until refresh_stale is called."""
    stitching.mark_related(refs)
    owned = _owned_by(_called(refs).items())
    Entity.objects.filter(ref__in=refs).delete()
    search_changed("catalog", [*refs, *owned])
    revision.advance()


@transaction.atomic
def replace_problems(found: Iterable[FoundProblem], scope: Scope, progress: Progress) -> int:
    """Make the problems of ``scope`` those that were found, of each file the first thousand. Returns their number."""
    progress.fence()
    now = timezone.now()
    left_out: Counter[str] = Counter()
    listed = with_owners(_listed(found, left_out))
    problems = {row.digest: row for row in (rows.problem_row(item, now) for item in listed)}
    known = set(scope.of(Problem).values_list("digest", flat=True))
    for batch in batches(known - problems.keys()):
        Problem.objects.filter(digest__in=batch).delete()
    Problem.objects.bulk_create(
        problems.values(),
        update_conflicts=True,
        unique_fields=("digest",),
        update_fields=("line", "column", "origin", "fix", "ref", "owner_ref"),
        batch_size=BATCH,
    )
    return len(problems) + sum(number - 1 for number in left_out.values())


def _listed(found: Iterable[FoundProblem], left_out: Counter[str]) -> Iterator[FoundProblem]:
    """The first problems of each file, and one that says how many more there are; they are counted in ``left_out``."""
    seen: Counter[str] = Counter()
    next_ones: dict[str, FoundProblem] = {}
    for item in found:
        seen[item.file] += 1
        if seen[item.file] <= MOST_PROBLEMS_OF_A_FILE:
            yield item
        else:
            left_out[item.file] += 1
            next_ones.setdefault(item.file, item)
    for file, item in next_ones.items():
        reason = f"{left_out[file]:,} more problems of this file, from here on, are not listed"
        fix = f"Correct the {MOST_PROBLEMS_OF_A_FILE:,} that are listed, then have the file read again."
        yield replace(item, reason=reason, fix=fix, ref="", owner_ref="")


def analyze() -> None:
    """Tell PostgreSQL's planner what the tables hold now; by itself it looks a minute later, and is slow until then."""
    if connection.vendor == "postgresql":
        tables = ", ".join(model._meta.db_table for model in (Entity, SearchRow, Relation, Tag))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")
