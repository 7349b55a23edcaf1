"""The final form of an entity: with uid, etag, relations and status, as the API gives it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import connection, transaction
from django.db.models import Model, Q
from django.db.models.functions import Length

from plugins.catalog.ingestion.batches import BATCH, batches
from plugins.catalog.ingestion.pages import without_scripts
from plugins.catalog.ingestion.search_rows import RELATIONS, Row, relation_rows_of
from plugins.catalog.models import Entity, Relation, SearchRow
from plugins.catalog.revision import revision

_COMPUTED = ("uid", "etag")
_UPDATE = f"UPDATE {Entity._meta.db_table} SET data = %s, stale = %s WHERE id = %s"  # noqa: S608 - a constant


def uid_of(ref: str) -> str:
    """An identifier that stays as long as the reference does."""
    return str(uuid5(NAMESPACE_URL, ref))


def final(
    entity: Mapping[str, Any], uid: str, relations: list[dict[str, str]], stated_etag: str, status: Any = None
) -> dict[str, Any]:
    """The entity with what the catalog knows of it; the etag changes with anything but the uid."""
    metadata = {key: value for key, value in without_scripts(entity["metadata"]).items() if key not in _COMPUTED}
    content = {key: value for key, value in entity.items() if key not in ("metadata", "relations", "status")}
    found = {"metadata": metadata, **content, "relations": relations}
    if status:
        found["status"] = status
    etag = stated_etag or hashlib.sha1(as_json(found, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    found["metadata"] = metadata | {"uid": uid, "etag": etag}
    return found


def stated(entity: Mapping[str, Any]) -> dict[str, Any]:
    """The entity without what the catalog added to its file's words."""
    metadata = {key: value for key, value in entity["metadata"].items() if key not in _COMPUTED}
    content = {key: value for key, value in entity.items() if key not in ("metadata", "relations", "status")}
    order = ("apiVersion", "kind", "metadata", "spec")
    return {
        key: metadata if key == "metadata" else content[key] for key in order if key == "metadata" or key in content
    }


def as_json(value: Any, *, sort_keys: bool = False) -> str:
    """Compact JSON in ASCII, which every database stores as it is. Raises ValueError for numbers that JSON lacks."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"), sort_keys=sort_keys)


def as_relations(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Type and target, distinct and sorted as Backstage sorts them."""
    return [{"type": type_, "targetRef": target} for type_, target in sorted(set(pairs))]


def stored_relations(refs: Iterable[str], *, but_of: Iterable[str] = ()) -> dict[str, list[tuple[str, str]]]:
    """By source the relations that are stored, without those that the entities ``but_of`` state."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = Relation.objects.filter(source_ref__in=list(refs)).exclude(origin__ref__in=list(but_of))
    for source, type_, target in rows.values_list("source_ref", "type", "target_ref"):
        found[source].append((type_, target))
    return found


def write_search_rows(rows: Iterable[tuple[int, str, Row]]) -> None:
    """Store the rows of entities: key, kind in lower case, row."""
    columns = ("entity_id", "kind", "key", "value", "original", "is_first")
    insert(SearchRow, columns, ((pk, kind, *row) for pk, kind, row in rows))


def insert(model: type[Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert plain rows, of which an entity has dozens: without an object for each, in a third of the time."""
    if connection.vendor == "postgresql":
        # One statement a row is parsed once a row there.
        copy = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(copy) as copied:
            for row in rows:
                copied.write_row(row)
        return
    marks = ", ".join(["%s"] * len(columns))
    text = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.executemany(text, list(rows))


def mark_related(stating: Iterable[str], also: Iterable[str] = ()) -> None:
    """Mark the entities stale that the entities ``stating`` speak of, and ``also``; call it before they change."""
    stating = set(stating)
    ends = Relation.objects.filter(origin__ref__in=stating).values_list("source_ref", "target_ref")
    related = sorted({*chain.from_iterable(ends), *also} - stating)
    for batch in batches(related):
        Entity.objects.filter(ref__in=batch, stale=False).update(stale=True)


def refresh_stale(fence: Callable[[], None] = lambda: None) -> None:
    """Give every stale entity the relations that it has now. ``fence`` is called first in each transaction."""
    while _refresh_batch(fence):
        pass


@transaction.atomic
def _refresh_batch(fence: Callable[[], None]) -> int:
    fence()
    stale = Entity.objects.filter(stale=True).order_by("pk").values_list("pk", Length("data"))[:BATCH]
    keys = [pk for pk, _ in next(batches(stale, itemgetter(1)), [])]
    batch = list(Entity.objects.filter(pk__in=keys))
    related = stored_relations(entity.ref for entity in batch)
    written: list[tuple[int, str, Row]] = []
    changed: list[tuple[str, bool, int]] = []
    unchanged: list[int] = []
    for entity in batch:
        data = json.loads(entity.data)
        relations = as_relations(related.get(entity.ref, ()))
        if data["relations"] == relations:
            unchanged.append(entity.pk)
            continue
        data = final(data, entity.uid, relations, entity.stated_etag, data.get("status"))
        changed.append((as_json(data), False, entity.pk))
        written += [(entity.pk, entity.kind.lower(), row) for row in relation_rows_of(relations)]
    if unchanged:
        Entity.objects.filter(pk__in=unchanged).update(stale=False)
    if changed:
        is_relation = Q(key__gte=RELATIONS) & Q(key__lt=f"{RELATIONS[:-1]}/")
        SearchRow.objects.filter(is_relation, entity__in=[pk for _, _, pk in changed]).delete()
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, changed)
        write_search_rows(written)
        revision.advance()
    return len(batch)
