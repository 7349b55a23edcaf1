"""From the text of a definition to its operations, by the type that the entity states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from plugins.catalog.definitions import asyncapi, grpc, openapi
from plugins.catalog.definitions.document import Document
from plugins.catalog.definitions.operations import MAX_READ, Operation, Unreadable
from plugins.catalog.definitions.overview import Overview, overview
from portal.api import yaml12

MAX_CHARACTERS = 2_000_000
_VERSIONS = {"openapi": ("openapi", "swagger"), "asyncapi": ("asyncapi",)}
_ENDINGS = {
    "graphql": ("application/graphql; charset=utf-8", "graphql"),
    "grpc": ("text/plain; charset=utf-8", "proto"),
}
TYPES = frozenset((*_VERSIONS, *_ENDINGS))


class Definition(NamedTuple):
    """The operations of a definition by group, and what it says of the API as a whole."""

    operations: list[Operation]
    overview: Overview


def read(type_: str, definition: str) -> Definition:
    """Read the definition of an entity that has one of TYPES. Raises Unreadable."""
    if len(definition) > MAX_CHARACTERS:
        raise Unreadable(f"The definition is longer than {MAX_CHARACTERS:,} characters: download it, or split the API.")
    found = _read(type_, definition)
    if isinstance(found, Unreadable):
        raise Unreadable(str(found), found.line)
    return found


# What people type into the filter asks for the same definition again and again; a hostile one costs its time once.
@lru_cache(maxsize=2)
def _read(type_: str, definition: str) -> Definition | Unreadable:
    try:
        document = _document(type_, definition) if type_ in _VERSIONS else None
        found = list(islice(_operations(type_, definition, document), MAX_READ))
        about = overview(document) if document else Overview()
    except RecursionError:
        return Unreadable("The definition is nested too deeply.")
    except Unreadable as error:
        return Unreadable(str(error), error.line)
    groups = {name: place for place, name in enumerate(dict.fromkeys(one.group for one in found))}
    return Definition(sorted(found, key=lambda one: groups[one.group]), about)


def _operations(type_: str, definition: str, document: Document | None) -> Iterator[Operation]:
    if document:
        return openapi.operations(document) if type_ == "openapi" else asyncapi.operations(document)
    # graphql-core takes a while and some memory to import, which a portal without such an API need not spend.
    if type_ == "graphql":
        from plugins.catalog.definitions import graphql

        return graphql.operations(definition)
    return grpc.operations(definition)


def excerpt(definition: str, line: int, around: int = 2) -> list[tuple[int, str, bool]]:
    """The lines about ``line`` (from 1): number, at most 200 characters, and whether it is the line itself."""
    first = max(1, line - around)
    lines = islice(definition.splitlines(), first - 1, line + around)
    return [(number, text[:200], number == line) for number, text in enumerate(lines, first)] if line else []


def file_type(type_: str, definition: str) -> tuple[str, str]:
    """The content type and the file ending of a definition."""
    if type_ in _ENDINGS:
        return _ENDINGS[type_]
    if definition.lstrip().startswith(("{", "[")):
        return "application/json; charset=utf-8", "json"
    is_yaml = type_ in _VERSIONS
    return ("application/yaml; charset=utf-8", "yaml") if is_yaml else ("text/plain; charset=utf-8", "txt")


def _document(type_: str, definition: str) -> Document:
    try:
        root = yaml12.load(definition)
    except yaml12.YamlError as error:
        reason = f"Line {error.line}, column {error.column} of the definition: {error.reason}"
        raise Unreadable(reason, error.line) from error
    if not isinstance(root, Mapping):
        raise Unreadable("The definition is not a mapping.")
    if not any(version in root for version in _VERSIONS[type_]):
        raise Unreadable(f"The definition has no key {' or '.join(_VERSIONS[type_])} that says its version.")
    return Document(root)
