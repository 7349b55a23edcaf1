"""Reads configuration files as Backstage does, and remembers where each value comes from.

The rules were measured with @backstage/config-loader 1.11.3; tests/config/backstage.json holds the measurements.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.services import yaml12
from portal.services.config_values import Value

ENV_PREFIX = "APP_CONFIG_"
PARSED = (".yaml", ".yml", ".json")
MAX_INCLUDES = 20

_SUBSTITUTION = re.compile(r"(\$?\$\{[^{}]*\})")
_ENV_KEY = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z][a-z0-9]*)*", re.IGNORECASE | re.ASCII)
_INCLUDES = ("$include", "$env", "$file")
_ABSENT = object()


Look = tuple[int, int]


def look(path: Path) -> Look:
    """Return time and size of a file, zeros when it is not there."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


class ConfigError(ValueError):
    """The configuration can't be read. The message names the place, the reason and the remedy."""


@dataclass(slots=True)
class Reader:
    """Reads files and follows what they include; ``seen`` keeps how every file looked that was read."""

    environ: Mapping[str, str]
    seen: dict[Path, Look] = field(default_factory=dict)

    def read(self, path: Path, shown: str) -> Value:
        """Return the mapping in the file ``path``, called ``shown`` in origins. Raises ConfigError."""
        document = self._document(path, shown, shown)
        value = self._value(document.value, (), _Place(document, path.parent, shown)) if document else None
        if value is None or value.data is None:
            return Value({}, f"{shown}:1")
        if not isinstance(value.data, dict):
            raise ConfigError(f"{shown}:1: A mapping of keys to values is expected at the top.")
        return value

    def _document(self, path: Path, shown: str, origin: str) -> yaml12.Document | None:
        documents = yaml12.load_all(self._bytes(path, origin))
        for document in documents:
            if document.error:
                raise ConfigError(f"{shown}:{document.error.line}: {document.error.reason}.")
        if len(documents) > 1:
            raise ConfigError(f"{shown}:{documents[1].start.line}: A second document begins; keep one in a file.")
        return documents[0] if documents else None

    def _bytes(self, path: Path, origin: str) -> bytes:
        self.seen[path] = look(path)
        try:
            return path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{origin}: It can't be read ({error.strerror}) at {path}; check the path.") from error

    def _value(self, data: Any, at: tuple[str | int, ...], place: _Place) -> Value | None:
        """Return ``data`` with everything in it resolved, or None when a variable it needs is missing."""
        origin = place.origin(at)
        match data:
            case str():
                return self._substituted(data, origin)
            case list():
                items = (self._value(item, (*at, index), place) for index, item in enumerate(data))
                return Value([item for item in items if item is not None], origin)
            case dict() if include := next((key for key in data if key.startswith("$")), None):
                if len(data) > 1:
                    raise ConfigError(f"{origin}: {include} stands beside other keys; give it a mapping of its own.")
                if include in _INCLUDES:
                    return self._included(include, data[include], origin, place)
        if isinstance(data, dict):
            values = {key: self._value(value, (*at, key), place) for key, value in data.items()}
            return Value({key: value for key, value in values.items() if value is not None}, origin)
        return Value(data, origin)

    def _substituted(self, text: str, origin: str) -> Value | None:
        parts = _SUBSTITUTION.split(text)
        literal = True
        for index in range(1, len(parts), 2):
            part = parts[index]
            if part.startswith("$$"):
                parts[index] = part[1:]
                continue
            name, separator, fallback = part[2:-1].partition(":-")
            found = self.environ.get(name.strip())
            if separator:
                literal = literal and not found
                found = found or fallback.strip() or None
            else:
                literal = False
            if found is None:
                return None
            parts[index] = found
        return Value("".join(parts), origin, literal)

    def _included(self, include: str, argument: Any, origin: str, place: _Place) -> Value | None:
        if not isinstance(argument, str):
            raise ConfigError(f"{origin}: {include} takes a text; write {include}: NAME.")
        resolved = self._substituted(argument, origin)
        if resolved is None:
            raise ConfigError(f"{origin}: A variable in {argument!r} is not set; set it, or give it a default with :-.")
        name: str = resolved.data
        if include == "$env":
            found = self.environ.get(name)
            return None if found is None else Value(found, origin, literal=False)
        if include == "$file":
            try:
                text = self._bytes(place.folder / name, origin).decode()
            except UnicodeDecodeError as error:
                raise ConfigError(f"{origin}: {name} is not UTF-8 text; save it in that encoding.") from error
            return Value(text.rstrip(), origin, literal=False)
        return self._subtree(name, origin, place)

    def _subtree(self, name: str, origin: str, place: _Place) -> Value | None:
        filename, _, keys = name.partition("#")
        path = place.folder / filename
        if path.suffix not in PARSED:
            raise ConfigError(f"{origin}: {filename} can't be included; name a file that ends in {', '.join(PARSED)}.")
        if place.depth == MAX_INCLUDES:
            raise ConfigError(f"{origin}: {filename} is included {MAX_INCLUDES} levels deep; it may include itself.")
        document = self._document(path, filename, origin)
        if document is None:
            return Value(None, origin)
        value: Any = document.value
        at: tuple[str, ...] = ()
        for key in filter(None, keys.split(".")):
            if not isinstance(value, dict):
                raise ConfigError(
                    f'{origin}: "{".".join(at)}" in {filename} is not a mapping; check what follows the #.'
                )
            value, at = value.get(key, _ABSENT), (*at, key)
        if value is _ABSENT:
            return None
        return self._value(value, at, _Place(document, path.parent, filename, place.depth + 1))


@dataclass(frozen=True, slots=True)
class _Place:
    """The file that is being read."""

    document: yaml12.Document
    folder: Path
    shown: str
    depth: int = 0

    def origin(self, at: tuple[str | int, ...]) -> str:
        return f"{self.shown}:{self.document.position(at).line}"


def from_environment(environ: Mapping[str, str]) -> Value:
    """Return what variables such as APP_CONFIG_catalog_rules='[…]' say. Raises ConfigError."""
    root = Value({}, "environment")
    for name in sorted(name for name in environ if name.startswith(ENV_PREFIX) and environ[name]):
        origin = f"environment variable {name}"
        keys = name.removeprefix(ENV_PREFIX).split("_")
        node: dict[str, Value] = root.data
        for key in keys:
            if not _ENV_KEY.fullmatch(key):
                raise ConfigError(f'{origin}: "{key}" is not a key; use letters and digits, and _ between keys.')
        for key in keys[:-1]:
            inner = node.setdefault(key, Value({}, origin, literal=False))
            if not isinstance(inner.data, dict):
                raise ConfigError(f'{origin}: "{key}" already has a value from {inner.origin}; remove one of them.')
            node = inner.data
        if keys[-1] in node:
            raise ConfigError(f"{origin}: It already has a value from {node[keys[-1]].origin}; remove one of them.")
        node[keys[-1]] = _from_json(_parsed(environ[name], origin), origin)
    return root


def _parsed(text: str, origin: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if value is None:
        raise ConfigError(f"{origin}: null is not allowed here; unset the variable instead.")
    return value


def _from_json(data: Any, origin: str) -> Value:
    match data:
        case dict():
            return Value({key: _from_json(value, origin) for key, value in data.items()}, origin, literal=False)
        case list():
            return Value([_from_json(value, origin) for value in data], origin, literal=False)
    return Value(data, origin, literal=False)
