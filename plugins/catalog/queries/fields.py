"""Parts of an entity: what ``fields`` asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plugins.catalog.queries.predicates import QueryError

_MISSING = object()


def parse(texts: Iterable[str]) -> tuple[str, ...]:
    """The distinct paths of ``fields`` parameters, each a list with commas. Raises QueryError."""
    fields = tuple(dict.fromkeys(path for text in texts for part in text.split(",") if (path := part.strip())))
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


def _find(value: Any, field: str) -> tuple[list[str], Any]:
    """Walk the dots of ``field``; a key that has dots itself is found when what stands before them is no key."""
    path: list[str] = []
    pending = ""
    for part in field.split("."):
        pending = f"{pending}.{part}" if pending else part
        if isinstance(value, dict) and pending in value:
            value = value[pending]
        elif isinstance(value, list) and pending.isdecimal() and int(pending) < len(value):
            value = value[int(pending)]
        else:
            continue
        path.append(pending)
        pending = ""
    return path, _MISSING if pending else value


def _put(target: Any, path: list[str], value: Any) -> None:
    *parents, last = path
    for step, following in zip(parents, path[1:], strict=True):
        if isinstance(target, list):
            target = _slot(target, int(step), [] if following.isdecimal() else {})
        else:
            target = target.setdefault(step, [] if following.isdecimal() else {})
    if isinstance(target, list):
        _slot(target, int(last), None)
        target[int(last)] = value
    elif isinstance(target, dict):
        target[last] = value


def _slot(items: list[Any], index: int, new: Any) -> Any:
    items += [None] * (index + 1 - len(items))
    if items[index] is None:
        items[index] = new
    return items[index]
