"""From the text of a definition to its operations, by the type that the entity states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from plugins.catalog.definitions import asyncapi, grpc, openapi
from plugins.catalog.definitions.document import Document
from plugins.catalog.definitions.operations import Operation, Unreadable
from portal.api import yaml12

MAX_CHARACTERS = 2_000_000
MAX_READ = 20_000
_VERSIONS = {"openapi": ("openapi", "swagger"), "asyncapi": ("asyncapi",)}
_ENDINGS = {
    "graphql": ("application/graphql; charset=utf-8", "graphql"),
    "grpc": ("text/plain; charset=utf-8", "proto"),
}
TYPES = frozenset((*_VERSIONS, *_ENDINGS))


def read(type_: str, definition: str) -> list[Operation]:
    """The operations of a definition whose entity has one of TYPES, by group. Raises Unreadable."""
    if len(definition) > MAX_CHARACTERS:
        raise Unreadable(f"The definition is longer than {MAX_CHARACTERS:,} characters: download it, or split the API.")
    found = _read(type_, definition)
    if isinstance(found, Unreadable):
        raise Unreadable(str(found), found.line)
    return found


# What people type into the filter asks for the same definition again and again; a hostile one costs its time once.
@lru_cache(maxsize=2)
def _read(type_: str, definition: str) -> list[Operation] | Unreadable:
    try:
        found = list(islice(_operations(type_, definition), MAX_READ))
    except RecursionError:
        return Unreadable("The definition is nested too deeply.")
    except Unreadable as error:
        return Unreadable(str(error), error.line)
    groups = {name: place for place, name in enumerate(dict.fromkeys(one.group for one in found))}
    return sorted(found, key=lambda one: groups[one.group])


def _operations(type_: str, definition: str) -> Iterator[Operation]:
    # graphql-core takes a while and some memory to import, which a portal without such an API need not spend.
    if type_ == "graphql":
        from plugins.catalog.definitions import graphql

        return graphql.operations(definition)
    if type_ == "grpc":
        return grpc.operations(definition)
    document = _document(type_, definition)
    return openapi.operations(document) if type_ == "openapi" else asyncapi.operations(document)


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
