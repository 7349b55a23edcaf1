"""Backstage's two ways to ask: ``filter`` parameters, and predicates with ``$all``, ``$any``, ``$not`` and so on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from plugins.catalog.ingestion.search_rows import as_text, storable
from plugins.catalog.queries.conditions import All, Any_, Condition, Has, Not, searched

MAX_CONDITIONS = 500
MAX_VALUES = 5_000
MAX_DEPTH = 30

Predicate = Mapping[str, Any]
Scalar = str | bool | int | float


class QueryError(ValueError):
    """A question that can't be understood; the message says what is wrong with it."""


class Budget:
    """Counts what is read of a question, so that none makes a statement that the database can't take."""

    def __init__(self) -> None:
        self._conditions = 0
        self._values = 0

    def spend(self, depth: int, conditions: int = 1) -> None:
        """Take note of conditions that stand ``depth`` deep. Raises QueryError."""
        if depth > MAX_DEPTH:
            raise QueryError(f"Invalid query: predicates may be nested {MAX_DEPTH} deep at most")
        self._conditions += conditions
        if self._conditions > MAX_CONDITIONS:
            raise QueryError(f"Invalid query: more than {MAX_CONDITIONS} conditions")

    def spend_values(self, values: int) -> None:
        """Take note of the values of an ``$in``. Raises QueryError."""
        self._values += values
        if self._values > MAX_VALUES:
            raise QueryError(f"Invalid query: more than {MAX_VALUES} values")


def from_filters(filters: Iterable[str]) -> Predicate | None:
    """The predicate that ``filter`` parameters mean together; None when they ask for nothing. Raises QueryError."""
    alternatives = [found for text in filters if (found := _from_filter(text))]
    if not alternatives:
        return None
    return alternatives[0] if len(alternatives) == 1 else {"$any": alternatives}


def _from_filter(text: str) -> Predicate | None:
    asked: dict[str, list[str] | None] = {}
    for statement in text.split(","):
        statement = statement.strip()
        if not statement:
            continue
        key, equals, value = (part.strip() for part in statement.partition("="))
        if not key:
            reason = "is not a valid statement (expected a string on the form a=b or a= or a)"
            raise QueryError(f"Invalid filter, '{statement}' {reason}")
        known = asked.setdefault(key, None)
        if equals:
            asked[key] = [*(known or ()), value]
    parts = [_from_values(key, values) for key, values in asked.items()]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"$all": parts}


def _from_values(key: str, values: list[str] | None) -> Predicate:
    if values is None:
        return {key: {"$exists": True}}
    return {key: values[0] if len(values) == 1 else {"$in": values}}


def condition_of(predicate: Any) -> Condition:
    """What a predicate asks of an entity. Raises QueryError."""
    return _Reader().read(predicate, 0)


def text_of(value: Scalar) -> str:
    """A value that is compared with, as a text that any database takes. Raises QueryError."""
    if not isinstance(value, str) and abs(value) > sys.float_info.max:
        raise QueryError("Invalid query: a number is too large")
    return storable(as_text(value))


class _Reader:
    def __init__(self) -> None:
        self._budget = Budget()

    def read(self, predicate: Any, depth: int) -> Condition:
        if isinstance(predicate, Scalar):
            raise QueryError(
                "Invalid filter predicate: top-level primitive values are not supported. "
                f'Wrap the value in a field expression, e.g. {{ "kind": {json.dumps(predicate)} }}'
            )
        if not isinstance(predicate, dict):
            raise QueryError("Invalid query: a predicate must be an object")
        operator = next((key for key in predicate if key.startswith("$")), None)
        self._budget.spend(depth, max(1, len(predicate)))
        if operator is None:
            fields = [self._field(key, value) for key, value in predicate.items()]
            return fields[0] if len(fields) == 1 else All(tuple(fields))
        if len(predicate) > 1:
            raise QueryError(f'Invalid query: "{operator}" must be the only key of its object')
        value = predicate[operator]
        if operator == "$not":
            return Not(self.read(value, depth + 1))
        if operator not in ("$all", "$any"):
            raise QueryError(f'Invalid query: unknown operator "{operator}"')
        if not isinstance(value, list):
            raise QueryError(f'Invalid query: "{operator}" takes an array')
        parts = tuple(self.read(item, depth + 1) for item in value)
        return All(parts) if operator == "$all" else Any_(parts)

    def _field(self, key: str, value: Any) -> Condition:
        key = searched(key)
        if isinstance(value, Scalar):
            return Has(key, (_value(value),))
        match value:
            case {"$exists": bool(exists)}:
                return Has(key) if exists else Not(Has(key))
            case {"$in": [*values]} if all(isinstance(one, Scalar) for one in values):
                self._budget.spend_values(len(values))
                return Has(key, tuple(dict.fromkeys(map(_value, values))))
            case {"$hasPrefix": str(prefix)}:
                return Has(key, prefix=searched(prefix))
            case {"$contains": str() | bool() | int() | float() as item}:
                return Has(key, (_value(item),))
            case {"$contains": dict(target)} if key == "relations":
                found = _relation(target)
                self._budget.spend_values(len(found.values or ()))
                return found
            case {"$contains": dict()}:
                raise QueryError(f'Object form of $contains is not supported for field "{key}"')
        raise QueryError(
            f'Invalid query: field "{key}" takes a primitive value, $exists, $in, $hasPrefix or $contains, '
            f"but got {json.dumps(value)[:200]}"
        )


def _relation(target: dict[str, Any]) -> Has:
    found: dict[str, Any] = {}
    for written, value in target.items():
        key = written.lower()
        if key not in ("type", "targetref"):
            raise QueryError(
                f'Unsupported key "{written}" in $contains for "relations". Only "type" and "targetRef" are supported'
            )
        if key in found:
            raise QueryError(f'Duplicate key "{written}" in $contains for "relations"')
        found[key] = value
    type_ = found.get("type")
    if not isinstance(type_, str) or not type_:
        raise QueryError('The $contains operator for "relations" requires a "type" string property')
    return Has(f"relations.{searched(type_)}", _targets(found["targetref"]) if "targetref" in found else None)


def _targets(value: Any) -> tuple[str, ...]:
    match value:
        case str():
            return (searched(value),)
        case {"$in": []}:
            raise QueryError('Empty "$in" array for $contains on "relations" is not allowed')
        case {"$in": [*values], **others} if not others and all(isinstance(one, str) for one in values):
            return tuple(dict.fromkeys(map(searched, values)))
    raise QueryError(
        'Unsupported value in $contains for "relations": expected a string or { "$in": [strings] }, '
        f"but got {json.dumps(value)[:200]}"
    )


def _value(value: Scalar) -> str:
    return text_of(value).lower()
