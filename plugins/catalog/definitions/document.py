"""A JSON or YAML document with references into itself, read without trust in its shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

MAX_HOPS = 20
MAX_LITERAL = 200
MAX_INDEX = 7
MAX_REFERENCE = 1_000


class Document:
    """What a definition says; a part of the wrong type, or behind a very long reference, counts as missing."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self._known: dict[str, Any] = {}

    def mapping(self, value: Any) -> Mapping[str, Any]:
        """The mapping that ``value`` is or refers to within the document, or an empty one."""
        for _ in range(MAX_HOPS):
            if not isinstance(value, Mapping):
                return {}
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return value
            if len(reference) > MAX_REFERENCE:
                return {}
            # Each path may lead through the same references, of a hundred levels.
            if reference not in self._known:
                self._known[reference] = self._at(reference)
            value = self._known[reference]
        return {}

    def items(self, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The entries of a mapping, each resolved."""
        for name, one in self.mapping(value).items():
            yield str(name), self.mapping(one)

    def _at(self, reference: str) -> Any:
        """What a JSON Pointer in a fragment (RFC 6901, section 6) names."""
        if not reference.startswith("#/"):
            return self.root if reference == "#" else None
        value: Any = self.root
        for part in pointer(reference[1:]):
            index = int(part) if part.isascii() and part.isdigit() and len(part) <= MAX_INDEX else None
            if isinstance(value, Mapping):
                # YAML reads the key 200 of a response as a number.
                value = value.get(part, value.get(index))
            elif isinstance(value, list) and index is not None and index < len(value):
                value = value[index]
            else:
                return None
        return value


def pointer(fragment: str) -> list[str]:
    """The names on the way that a JSON Pointer in a fragment describes: "/a%20b/~1c" is "a b", "/c"."""
    return [part.replace("~1", "/").replace("~0", "~") for part in unquote(fragment).split("/")[1:]]


def referred(value: Any) -> str:
    """The name of what a reference leads to, "" when ``value`` is none or has more than MAX_REFERENCE characters."""
    reference = value.get("$ref") if isinstance(value, Mapping) else None
    if not isinstance(reference, str) or len(reference) > MAX_REFERENCE:
        return ""
    return pointer(f"/{reference.rpartition('/')[2]}")[-1]


def text(value: Any) -> str:
    """The text, or "" for anything else."""
    return value if isinstance(value, str) else ""


def texts(value: Any, most: int | None = None) -> list[str]:
    """The texts in a list, or among its first ``most`` entries: one list may be asked for by each operation."""
    return [one for one in value[:most] if isinstance(one, str)] if isinstance(value, list) else []


def literal(value: Any) -> str:
    """A value as JSON writes it; of a list or a mapping only what it is."""
    if isinstance(value, Mapping):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return "[…]" if value else "[]"
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= MAX_LITERAL else f"{written[:MAX_LITERAL]}…"
