"""Parts of an entity: what ``fields`` asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plugins.catalog.queries.predicates import QueryError

_MISSING = object()


def parse(texts: Iterable[str]) -> tuple[str, ...]:
    """The distinct paths of ``fields`` parameters, each a list with commas. Raises QueryError."""
    return distinct(part for text in texts for part in text.split(","))


def distinct(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths as they are listed, each once. Raises QueryError."""
    fields = tuple(dict.fromkeys(path for one in paths if (path := one.strip())))
    if wrong := next((field for field in fields if "[" in field), None):
        raise QueryError(f'Invalid field "{wrong}", array type fields are not supported')
    return fields


def project(entity: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Only the parts under ``fields``; a path that leads nowhere gives nothing."""
    result: dict[str, Any] = {}
    for field in fields:
        path, value = _find(entity, field)
        if value is not _MISSING:
            _put(result, path, value)
    return result


def _find(value: Any, field: str) -> tuple[list[str | int], Any]:
    """Walk the dots of ``field``; a key that has dots itself is found when what stands before them is no key.

    The steps of the path are keys of objects and indexes of lists.
    """
    path: list[str | int] = []
    pending: str | None = None
    for part in field.split("."):
        # An empty part is a part: "kind." is no key of an entity that has a kind.
        pending = part if pending is None else f"{pending}.{part}"
        step: str | int
        if isinstance(value, dict) and pending in value:
            step = pending
        elif isinstance(value, list) and _is_index(pending, value):
            step = int(pending)
        else:
            continue
        value = value[step]
        path.append(step)
        pending = None
    return path, value if pending is None else _MISSING


def _is_index(text: str, items: list[Any]) -> bool:
    # Python reads no number of thousands of digits.
    return text.isdecimal() and len(text) <= len(str(len(items))) and int(text) < len(items)


def _put(target: Any, path: list[str | int], value: Any) -> None:
    *parents, last = path
    for step, following in zip(parents, path[1:], strict=True):
        new: Any = [] if isinstance(following, int) else {}
        target = target.setdefault(step, new) if isinstance(step, str) else _slot(target, step, new)
    if isinstance(last, int):
        _slot(target, last, None)
    target[last] = value


def _slot(items: list[Any], index: int, new: Any) -> Any:
    items += [None] * (index + 1 - len(items))
    if items[index] is None:
        items[index] = new
    return items[index]
