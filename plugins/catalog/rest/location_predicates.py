"""Predicates on registered locations: the operators of entities, on four columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from plugins.catalog.ingestion.search_rows import as_text
from plugins.catalog.queries.predicates import MAX_DEPTH, QueryError

COLUMNS: Mapping[str, str] = {"id": "id", "type": "type", "target": "target", "entityref": "entity_ref"}
NOTHING = Q(pk__in=())


def condition_of(predicate: Any, depth: int = 0) -> Q:
    """The condition that ``predicate`` is. Raises QueryError."""
    if not isinstance(predicate, dict):
        raise QueryError("Query must be an object")
    if depth > MAX_DEPTH:
        raise QueryError(f"Invalid query: predicates may be nested {MAX_DEPTH} deep at most")
    match predicate:
        case {"$not": part, **others} if not others:
            return ~condition_of(part, depth + 1)
        case {"$all": [*parts], **others} if not others:
            found = Q() if parts else NOTHING
            for part in parts:
                found &= condition_of(part, depth + 1)
            return found
        case {"$any": [*parts], **others} if not others:
            found = NOTHING
            for part in parts:
                found |= condition_of(part, depth + 1)
            return found
    found = Q()
    for key, value in predicate.items():
        if key.startswith("$"):
            raise QueryError(f"Invalid filter predicate, unknown logic operator '{', '.join(predicate)}'")
        if key.lower() not in COLUMNS:
            expected = "expected key to be 'id', 'type', 'target', or 'entityRef'"
            raise QueryError(f"Invalid filter predicate, {expected}, got '{key}'")
        found &= _compared(COLUMNS[key.lower()], value)
    return found


def _compared(column: str, value: Any) -> Q:
    match value:
        case str() | bool() | int() | float():
            return Q(**{f"{column}__iexact": _text(value)})
        case {"$exists": bool(exists)}:
            return Q() if exists else NOTHING
        case {"$in": [*values]} if all(isinstance(one, str | bool | int | float) for one in values):
            found = NOTHING
            for one in values:
                found |= Q(**{f"{column}__iexact": _text(one)})
            return found
        case {"$hasPrefix": str(prefix)}:
            return Q(**{f"{column}__istartswith": _text(prefix)})
    raise QueryError("Invalid filter predicate, expected a primitive value, $exists, $in or $hasPrefix")


def _text(value: str | bool | int | float) -> str:
    return as_text(value).replace("\0", "")
