"""Placeholders: ``{$text: ./file}``, ``$json`` and ``$yaml`` anywhere in an entity stand for a file's content."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.ingestion.sources import Source
from plugins.catalog.validation import Rejected, Stage
from portal.api import yaml12

PathOf = tuple[str | int, ...]


def resolve(entity: dict[str, Any], source: Source) -> dict[str, Any]:
    """The entity with every placeholder replaced. Raises Rejected.

    Only a mapping with the placeholder as its one key is one; what a file holds is not searched again.
    """
    result = _resolve(entity, source, ())
    return result if isinstance(result, dict) else {}


def find(value: Any, path: PathOf = ()) -> tuple[str, Any, PathOf] | None:
    """The first placeholder in ``value``: its key, what it names and where it stands."""
    match value:
        case dict() if len(value) == 1 and (key := next(iter(value))) in _READERS:
            return key, value[key], (*path, key)
        case dict():
            parts = [find(item, (*path, key)) for key, item in value.items()]
        case list():
            parts = [find(item, (*path, index)) for index, item in enumerate(value)]
        case _:
            return None
    return next((part for part in parts if part is not None), None)


def _resolve(value: Any, source: Source, path: PathOf) -> Any:
    match value:
        case list():
            return [_resolve(item, source, (*path, index)) for index, item in enumerate(value)]
        case dict() if any(key.startswith("$") for key in value):
            key = next(iter(value))
            reader = _READERS.get(key) if len(value) == 1 else None
            return value if reader is None else _content(key, value[key], reader, source, (*path, key))
        case dict():
            return {key: _resolve(item, source, (*path, key)) for key, item in value.items()}
        case _:
            return value


def _content(key: str, name: Any, read: Callable[[str], Any], source: Source, path: PathOf) -> Any:
    if not isinstance(name, str):
        reason = f"Placeholder {key} expected a string value parameter, in the form of a relative path"
        raise Rejected(Stage.PLACEHOLDER, reason, f'Write "{key}: ./file" with a file beside this one.', path)
    try:
        return read(source.read_beside(name))
    except Unreadable as error:
        reason = f"Placeholder {key} could not read location {name}: {error}"
        raise Rejected(Stage.PLACEHOLDER, reason, error.fix, path) from None
    except (ValueError, RecursionError) as error:
        reason = f"Placeholder {key} failed to parse the data at {name}: {error}"
        raise Rejected(Stage.PLACEHOLDER, reason, f"Correct {name}.", path) from None


def _json(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_READERS: Mapping[str, Callable[[str], Any]] = {"$text": str, "$json": _json, "$yaml": yaml12.load}
