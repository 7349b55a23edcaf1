"""The scalars of an entity under their paths, as Backstage's buildEntitySearch gives them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from plugins.catalog.models import SEARCHED

LEFT_OUT = frozenset(
    ("attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag")
)
RELATIONS = "relations."
# A text in a list counts twice, so a group may list 12,000 members. Real entities have a few hundred.
MOST_VALUES = 25_000
_EXACT = 2**53

Row = tuple[str, str | None, str | None, bool]


class CasingClash(ValueError):
    """Two keys of an entity that differ in casing only; the message names them, ``path`` leads to the second."""

    def __init__(self, key: str, path: tuple[str | int, ...]) -> None:
        super().__init__(f"Entity has duplicate keys that vary only in casing, '{key}'")
        self.path = path


class TooManyValues(ValueError):
    """An entity with more than MOST_VALUES values to be found by, which would take seconds to store."""


def rows_of(entity: dict[str, Any]) -> list[Row]:
    """Key, value, value in its own case when that differs, and whether it is the first of its key.

    The entity has its uid. Raises CasingClash.
    """
    return list(_rows([*_stated(entity), *_related(entity["relations"])]))


def relation_rows_of(relations: list[dict[str, str]]) -> list[Row]:
    """The rows that relations give, alone."""
    return list(_rows(list(_related(relations))))


def check_searchable(entity: dict[str, Any]) -> None:
    """Raise CasingClash for an entity that could not be told apart by its keys in lower case, or TooManyValues."""
    written: dict[str, str] = {}
    for number, (key, _) in enumerate(_stated(entity)):
        if number == MOST_VALUES:
            raise TooManyValues(f"Entity has more than {MOST_VALUES:,} values that it can be found by")
        if written.setdefault(key.lower(), key) != key:
            raise CasingClash(key.lower(), _path_of(key, entity) or ())


def _path_of(key: str, value: Any) -> tuple[str | int, ...] | None:
    """What leads to the value that ``_walk`` gives this key."""
    if isinstance(value, dict):
        steps: Iterable[tuple[str | int, Any, str]] = (
            (step, item, key[len(step) :].removeprefix("."))
            for step, item in value.items()
            if key == step or key.startswith(f"{step}.")
        )
    elif isinstance(value, list):
        steps = ((index, item, "" if item == key else key) for index, item in enumerate(value))
    else:
        return None if key else ()
    return next(((step, *rest) for step, item, left in steps if (rest := _path_of(left, item)) is not None), None)


def _stated(entity: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from _walk("", entity, set())
    metadata = entity["metadata"]
    yield "metadata.name", metadata["name"]
    yield "metadata.namespace", metadata["namespace"]
    yield "metadata.uid", metadata.get("uid")


def _related(relations: list[dict[str, str]]) -> Iterator[tuple[str, Any]]:
    for relation in relations:
        yield f"{RELATIONS}{relation['type']}", relation["targetRef"]


def _walk(path: str, value: Any, seen: set[str]) -> Iterator[tuple[str, Any]]:
    if path in LEFT_OUT:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(f"{path}.{key}" if path else key, item, seen)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(path, item, seen)
            if isinstance(item, str) and (lowered := f"{path}.{item}".lower()) not in seen:
                seen.add(lowered)
                yield f"{path}.{item}", True
    else:
        yield path, value


def _rows(pairs: list[tuple[str, Any]]) -> Iterator[Row]:
    keys: set[str] = set()
    seen: set[tuple[str, str | None]] = set()
    for key, raw in pairs:
        key = storable(key.lower())
        if _length(key) > SEARCHED:
            continue
        original = None if raw is None else storable(as_text(raw))
        value = None if original is None else original.lower()
        if value is not None and _length(value) > SEARCHED:
            original = value = None
        if (key, value) in seen:
            continue
        seen.add((key, value))
        yield key, value, original if original != value else None, key not in keys
        keys.add(key)


def storable(text: str) -> str:
    """What any database stores: no NUL, no lone surrogates."""
    return text if text.isascii() and "\0" not in text else text.replace("\0", "").encode("utf-8", "replace").decode()


def _length(text: str) -> int:
    """In UTF-16 units, as JavaScript counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def as_text(value: str | bool | int | float) -> str:
    """A scalar of JSON as JavaScript writes it: ``String(value)``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -_EXACT <= value <= _EXACT:
        return str(value)
    try:
        return _number(float(value))
    except OverflowError:
        return "Infinity" if value > 0 else "-Infinity"


def _number(value: float) -> str:
    """ECMA-262, Number::toString."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - the number is finite
    text = "".join(map(str, digits))
    minus = "-" if sign and value else ""
    point = len(text) + exponent
    if len(text) <= point <= 21:
        return f"{minus}{text}{'0' * (point - len(text))}"
    if 0 < point <= 21:
        return f"{minus}{text[:point]}.{text[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    mantissa = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
    return f"{minus}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
