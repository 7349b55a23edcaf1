"""A JSON or YAML document with references into itself, read without trust in its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plugins.catalog.definitions.operations import MAX_FIELDS, Field

MAX_HOPS = 20
MAX_DEPTH = 5
MAX_SCHEMAS = 1_000
MAX_PARTS = 50


class Document:
    """What a definition says; a part of the wrong type counts as missing."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root

    def mapping(self, value: Any) -> Mapping[str, Any]:
        """The mapping that ``value`` is or refers to within the document, or an empty one."""
        for _ in range(MAX_HOPS):
            if not isinstance(value, Mapping):
                return {}
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return value
            value = self._at(reference)
        return {}

    def items(self, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The entries of a mapping, each resolved."""
        for name, one in self.mapping(value).items():
            yield str(name), self.mapping(one)

    def type_of(self, schema: Any, depth: int = 0) -> str:
        """A schema in a word or two: "string (uuid)", "Payment", "array of string"."""
        if depth > MAX_DEPTH:
            return "…"
        if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
            return str(schema["$ref"]).rpartition("/")[2]
        found = self.mapping(schema)
        type_, choices = found.get("type"), found.get("enum")
        if isinstance(choices, list):
            return "one of " + ", ".join(map(str, choices[:20]))
        if isinstance(type_, list):
            return " or ".join(map(str, type_))
        if type_ == "array":
            return f"array of {self.type_of(found.get('items'), depth + 1)}"
        if isinstance(type_, str):
            return f"{type_} ({found['format']})" if isinstance(found.get("format"), str) else type_
        for word in ("oneOf", "anyOf", "allOf"):
            if isinstance(parts := found.get(word), list):
                return (" and " if word == "allOf" else " or ").join(self.type_of(one, depth + 1) for one in parts[:10])
        return "object" if "properties" in found else "any"

    def fields(self, schema: Any, budget: Iterator[int]) -> list[Field]:
        """The fields of a schema, those within others by their path; at most MAX_DEPTH deep, MAX_FIELDS in all.

        Each schema looked at takes one from the budget that an operation has for all its bodies.
        """
        found: list[Field] = []
        self._collect(schema, "", 0, found, budget)
        return found

    def _collect(self, schema: Any, prefix: str, depth: int, found: list[Field], budget: Iterator[int]) -> None:
        if next(budget, None) is None or depth > MAX_DEPTH or len(found) >= MAX_FIELDS:
            return
        resolved = self.mapping(schema)
        parts = resolved.get("allOf")
        for part in parts[:MAX_PARTS] if isinstance(parts, list) else ():
            self._collect(part, prefix, depth + 1, found, budget)
        if resolved.get("type") == "array":
            self._collect(resolved.get("items"), f"{prefix}[]", depth + 1, found, budget)
        required = resolved.get("required")
        properties = self.mapping(resolved.get("properties"))
        for name, inner in properties.items():
            if len(found) >= MAX_FIELDS:
                return
            path = f"{prefix}.{name}" if prefix else str(name)
            needed = isinstance(required, list) and name in required
            stated = self.mapping(inner)
            is_deprecated = stated.get("deprecated") is True
            found.append(
                Field(path, self.type_of(inner), needed, text(stated.get("description")), is_deprecated=is_deprecated)
            )
            self._collect(inner, path, depth + 1, found, budget)

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return None
        value: Any = self.root
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def budget() -> Iterator[int]:
    """How many schemas one operation may look at."""
    return iter(range(MAX_SCHEMAS))


def text(value: Any) -> str:
    """The text, or "" for anything else."""
    return value if isinstance(value, str) else ""
