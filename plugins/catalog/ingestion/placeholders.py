"""Placeholders: ``{$text: ./file}``, ``$json`` and ``$yaml`` anywhere in an entity stand for a file's content."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Set
from itertools import islice
from typing import Any, NoReturn

from plugins.catalog.ingestion.bounds import PathOf, values_in
from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.ingestion.sources import Source
from plugins.catalog.validation import Rejected, Stage
from portal.api import yaml12

Named = tuple[str, str]  # a placeholder: its key and what it names

MAX_BYTES = 8_000_000  # of all that the placeholders of one document read
UNREAD = "{}"  # can be read as each of the three
_VALUES = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[,:]|[\[{](?!\s*+[\]}])', re.DOTALL)


def resolve(entity: dict[str, Any], source: Source, trusted: Set[Named] | None = None) -> dict[str, Any]:
    """The entity with every placeholder replaced. Raises Rejected.

    Only a mapping with the placeholder as its one key is one; what a file holds is not searched again. With
    ``trusted``, only those are read, and what others name is taken to be there, with nothing in it.
    """
    result = _Resolver(source, trusted).resolved(entity, ())
    return result if isinstance(result, dict) else {}


def named(value: Any) -> Iterator[Named]:
    """All placeholders that ``resolve`` would read in ``value``."""
    match value:
        case list():
            for item in value:
                yield from named(item)
        case dict() if any(key.startswith("$") for key in value):
            key, name = next(iter(value.items()))
            if len(value) == 1 and key in _READERS and isinstance(name, str):
                yield key, name
        case dict():
            for item in value.values():
                yield from named(item)


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


class _Resolver:
    """Replaces the placeholders of one document, within bounds for all of them together."""

    def __init__(self, source: Source, trusted: Set[Named] | None) -> None:
        self._source, self._trusted = source, trusted
        self._bytes = self._values = 0

    def resolved(self, value: Any, path: PathOf) -> Any:
        match value:
            case list():
                return [self.resolved(item, (*path, index)) for index, item in enumerate(value)]
            case dict() if any(key.startswith("$") for key in value):
                key = next(iter(value))
                is_one = len(value) == 1 and key in _READERS
                return self._content(key, value[key], (*path, key)) if is_one else value
            case dict():
                return {key: self.resolved(item, (*path, key)) for key, item in value.items()}
            case _:
                return value

    def _content(self, key: str, name: Any, path: PathOf) -> Any:
        if not isinstance(name, str):
            reason = f"Placeholder {key} expected a string value parameter, in the form of a relative path"
            raise Rejected(Stage.PLACEHOLDER, reason, f'Write "{key}: ./file" with a file beside this one.', path)
        if self._trusted is not None and (key, name) not in self._trusted:
            return _READERS[key](UNREAD)
        try:
            text = self._source.read_beside(name)
        except Unreadable as error:
            reason = f"Placeholder {key} could not read location {name}: {error}"
            raise Rejected(Stage.PLACEHOLDER, reason, error.fix, path) from None
        self._bytes += len(text.encode())
        if self._bytes > MAX_BYTES:
            raise _too_much(f"read more than {MAX_BYTES:,} bytes", path)
        try:
            content = _READERS[key](text)
        except (ValueError, RecursionError) as error:
            reason = f"Placeholder {key} failed to parse the data at {name}: {error}"
            raise Rejected(Stage.PLACEHOLDER, reason, f"Correct {name}.", path) from None
        self._values += values_in(content)
        if self._values > yaml12.MAX_VALUES:
            raise _too_much(f"bring more than {yaml12.MAX_VALUES:,} values", path)
        return content


def _too_much(what: str, path: PathOf) -> Rejected:
    fix = "Name smaller files, or split the document."
    return Rejected(Stage.PLACEHOLDER, f"Placeholders of this document {what}", fix, path)


def _json(text: str) -> Any:
    # A value follows each of these signs but for empty lists; counted before reading, which takes 40 times the memory.
    if sum(map(text.count, ",:[{")) > yaml12.MAX_VALUES:
        signs = (found for found in _VALUES.finditer(text) if not found[0].startswith('"'))
        if next(islice(signs, yaml12.MAX_VALUES, None), None):
            raise ValueError(f"more than {yaml12.MAX_VALUES:,} values in one document")
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_READERS: Mapping[str, Callable[[str], Any]] = {"$text": str, "$json": _json, "$yaml": yaml12.load}
