"""Predicates on registered locations: the operators of entities, on four columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from plugins.catalog.queries.predicates import Budget, QueryError, Scalar, text_of

COLUMNS: Mapping[str, str] = {"id": "id", "type": "type", "target": "target", "entityref": "entity_ref"}
NOTHING = Q(pk__in=())
# SQLite takes no longer patterns, and no address is as long.
LONGEST = 10_000


def condition_of(predicate: Any) -> Q:
    """The condition that ``predicate`` is. Raises QueryError."""
    return _Reader().read(predicate, 0)


class _Reader:
    def __init__(self) -> None:
        self._budget = Budget()

    def read(self, predicate: Any, depth: int) -> Q:
        if not isinstance(predicate, dict):
            raise QueryError("Query must be an object")
        self._budget.spend(depth, max(1, len(predicate)))
        match predicate:
            case {"$not": part, **others} if not others:
                return ~self.read(part, depth + 1)
            case {"$all": [*parts], **others} if not others:
                found = Q() if parts else NOTHING
                for part in parts:
                    found &= self.read(part, depth + 1)
                return found
            case {"$any": [*parts], **others} if not others:
                found = NOTHING
                for part in parts:
                    found |= self.read(part, depth + 1)
                return found
        found = Q()
        for key, value in predicate.items():
            if key.startswith("$"):
                raise QueryError(f"Invalid filter predicate, unknown logic operator '{', '.join(predicate)}'")
            if key.lower() not in COLUMNS:
                expected = "expected key to be 'id', 'type', 'target', or 'entityRef'"
                raise QueryError(f"Invalid filter predicate, {expected}, got '{key}'")
            found &= self._compared(COLUMNS[key.lower()], value, depth)
        return found

    def _compared(self, column: str, value: Any, depth: int) -> Q:
        match value:
            case str() | bool() | int() | float():
                return _matching(column, "iexact", value)
            case {"$exists": bool(exists)}:
                return Q() if exists else NOTHING
            case {"$in": [*values]} if all(isinstance(one, Scalar) for one in values):
                # Each is a condition of its own, since the column is compared without regard to case.
                self._budget.spend(depth, len(values))
                found = NOTHING
                for one in values:
                    found |= _matching(column, "iexact", one)
                return found
            case {"$hasPrefix": str(prefix)}:
                return _matching(column, "istartswith", prefix)
        raise QueryError("Invalid filter predicate, expected a primitive value, $exists, $in or $hasPrefix")


def _matching(column: str, lookup: str, value: Scalar) -> Q:
    text = text_of(value)
    return NOTHING if len(text) > LONGEST else Q(**{f"{column}__{lookup}": text})
