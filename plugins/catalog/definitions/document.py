"""A JSON or YAML document with references into itself, read without trust in its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_HOPS = 20
MAX_DEPTH = 5
MAX_FIELDS = 200
MAX_SCHEMAS = 1_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body, or one parameter; ``place`` is where a parameter is sent."""

    name: str
    type: str
    required: bool = False
    description: str = ""
    place: str = ""


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

    def type_of(self, schema: Any) -> str:
        """A schema in a word or two: "string (uuid)", "Payment", "array of string"."""
        if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
            return str(schema["$ref"]).rpartition("/")[2]
        found = self.mapping(schema)
        type_, choices = found.get("type"), found.get("enum")
        if isinstance(choices, list):
            return "one of " + ", ".join(map(str, choices[:20]))
        if isinstance(type_, list):
            return " or ".join(map(str, type_))
        if type_ == "array":
            return f"array of {self.type_of(found.get('items'))}"
        if isinstance(type_, str):
            return f"{type_} ({found['format']})" if isinstance(found.get("format"), str) else type_
        for word in ("oneOf", "anyOf", "allOf"):
            if isinstance(parts := found.get(word), list):
                return (" and " if word == "allOf" else " or ").join(self.type_of(one) for one in parts[:10])
        return "object" if "properties" in found else "any"

    def fields(self, schema: Any) -> list[Field]:
        """The fields of a schema, those within others by their path; at most MAX_DEPTH deep, MAX_FIELDS in all."""
        found: list[Field] = []
        self._collect(schema, "", 0, found, iter(range(MAX_SCHEMAS)))
        return found

    def _collect(self, schema: Any, prefix: str, depth: int, found: list[Field], budget: Iterator[int]) -> None:
        if depth > MAX_DEPTH or len(found) >= MAX_FIELDS or next(budget, None) is None:
            return
        resolved = self.mapping(schema)
        parts = resolved.get("allOf")
        for part in parts if isinstance(parts, list) else ():
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
            found.append(Field(path, self.type_of(inner), needed, text(self.mapping(inner).get("description"))))
            self._collect(inner, path, depth + 1, found, budget)

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return None
        value: Any = self.root
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def text(value: Any) -> str:
    """The text, or "" for anything else."""
    return value if isinstance(value, str) else ""
