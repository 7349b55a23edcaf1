"""Parts of an entity: what ``fields`` asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plugins.catalog.queries.predicates import QueryError

MAX_FIELDS = 100
MAX_LENGTH = 1_000
_MISSING = object()


def parse(texts: Iterable[str]) -> tuple[str, ...]:
    """The distinct paths of ``fields`` parameters, each a list with commas. Raises QueryError as ``distinct`` does."""
    return distinct(part for text in texts for part in text.split(","))


def distinct(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths as they are listed, each once.

    Raises QueryError when there are more than 100, one is longer than 1,000 characters, or one asks for a list.
    """
    fields = tuple(dict.fromkeys(path for one in paths if (path := one.strip())))
    if len(fields) > MAX_FIELDS:
        raise QueryError(f"Too many fields, there may be {MAX_FIELDS} at most")
    if any(len(field) > MAX_LENGTH for field in fields):
        raise QueryError(f"Invalid field, it may have {MAX_LENGTH} characters at most")
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
    pending, dot, rest = "", ".", field
    while dot:
        # An empty part is a part: "kind." is no key of an entity that has a kind.
        part, dot, rest = rest.partition(".")
        pending += part
        step: str | int
        if isinstance(value, dict) and pending in value:
            step = pending
        elif isinstance(value, list) and _is_index(pending, value):
            step = int(pending)
        elif isinstance(value, dict) and any(key.startswith(f"{pending}.") for key in value):
            pending += "."
            continue
        else:
            # No key goes on like this, however many dots are to come.
            return path, _MISSING
        value = value[step]
        path.append(step)
        pending = ""
    return path, _MISSING if pending else value


def _is_index(text: str, items: list[Any]) -> bool:
    return text.isdecimal() and int(text) < len(items)


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
