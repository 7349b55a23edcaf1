"""The fields of JSON Schemas in a document, and what their types are called."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from plugins.catalog.definitions.document import Document, literal, referred, text, texts
from plugins.catalog.definitions.operations import MAX_FIELDS, Field, Fields

MAX_DEPTH = 5
MAX_SCHEMAS = 2_000
MAX_COUNTED = 500
MAX_PARTS = 50
MAX_CHOICES = 20
MAX_NAMED = 10
MAX_CHARACTERS = 5_000
_OPENED = frozenset(("properties", "items", "allOf", "oneOf", "anyOf", "additionalProperties", "patternProperties"))


class _Part(NamedTuple):
    """A schema whose fields are to be listed below ``path``; ``above`` are those that it stands in."""

    schema: Mapping[str, Any]
    path: str
    above: frozenset[int]
    note: str = ""


class Schemas:
    """The schemas of one operation, which may look at MAX_SCHEMAS for its fields, and at as many within types."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = iter(range(MAX_SCHEMAS))
        self._left_in_types = iter(range(MAX_SCHEMAS))
        self._known: dict[int, set[str]] = {}

    def type_of(self, schema: Any, depth: int = 0) -> str:
        """A schema in a word or two: "string (uuid)", "Payment", "array of string"; "…" for what is too much."""
        if depth > MAX_DEPTH:
            return "…"
        if name := referred(schema):
            return name
        # The outer ones are as many as are listed, but each level within them may multiply those below.
        if depth and next(self._left_in_types, None) is None:
            return "…"
        found = self._document.mapping(schema)
        if isinstance(choices := found.get("enum"), list):
            return "one of " + _cut([literal(one) for one in choices[: MAX_CHOICES + 1]], ", ", MAX_CHOICES)
        if "const" in found:
            return f"always {literal(found['const'])}"
        type_ = found.get("type")
        if isinstance(type_, list):
            names = [self._named(text(one) or literal(one), found, depth) for one in type_[: MAX_NAMED + 1]]
            return _cut(names, " or ", MAX_NAMED)
        for word in ("oneOf", "anyOf", "allOf"):
            if isinstance(parts := found.get(word), list) and parts and not found.get("properties"):
                names = [self.type_of(one, depth + 1) for one in parts[: MAX_NAMED + 1]]
                return _cut(names, " and " if word == "allOf" else " or ", MAX_NAMED)
        if isinstance(type_, str):
            return self._named(type_, found, depth)
        return self._named("object", found, depth) if "properties" in found or _values(found) else "any"

    def _named(self, type_: str, schema: Mapping[str, Any], depth: int) -> str:
        if type_ == "array":
            return f"array of {self.type_of(schema.get('items'), depth + 1)}"
        if type_ == "object" and not schema.get("properties") and (values := _values(schema)):
            return f"map of {self.type_of(values[0], depth + 1)}"
        return _short(f"{type_} ({schema['format']})" if isinstance(schema.get("format"), str) else type_)

    def fields(self, schema: Any, place: str = "") -> Fields:
        """The fields of a schema, those within others by their path, outer ones first.

        A schema that stands in itself is not opened again.
        """
        found: list[Field] = []
        total, is_more = 0, False
        seen: set[tuple[int, str, str]] = set()
        parts = deque([_Part(self._document.mapping(schema), "", frozenset())])
        while parts:
            if total >= MAX_COUNTED or next(self._left, None) is None:
                is_more = True
                break
            part = parts.popleft()
            if id(part.schema) in part.above:
                continue
            above = part.above | {id(part.schema)}
            same = []
            for one in self._same(part):
                # Parts and choices may be the same schema many times over, and so may theirs.
                if (key := (id(one.schema), one.path, one.note)) not in seen:
                    seen.add(key)
                    same.append(one._replace(above=above))
                if len(same) > MAX_PARTS or next(self._left, None) is None:
                    is_more = True
                    break
            parts.extendleft(reversed(same))
            required = self._required(part.schema)
            for name, inner in self._document.mapping(part.schema.get("properties")).items():
                total += 1
                path = _short(f"{part.path}.{name}" if part.path else str(name))
                stated = self._document.mapping(inner)
                if total <= MAX_FIELDS:
                    notes = (part.note, "fields as above" if self._is_open(stated, above) else "")
                    found.append(
                        self._field(path, inner, stated, name in required, place, ", ".join(filter(None, notes)))
                    )
                if not _OPENED.isdisjoint(stated):
                    parts.append(_Part(stated, path, above, part.note))
        return Fields(found, total, is_more)

    def _field(
        self, path: str, schema: Any, stated: Mapping[str, Any], is_needed: bool, place: str, note: str
    ) -> Field:
        # What stands beside a $ref says more of this field than what it leads to.
        beside = text(schema.get("description")) if isinstance(schema, Mapping) else ""
        description = beside or text(stated.get("description"))
        return Field(path, self.type_of(schema), is_needed, description, place, stated.get("deprecated") is True, note)

    def _required(self, schema: Mapping[str, Any]) -> set[str]:
        """The names of fields that must be there, gathered once for a schema that many fields refer to."""
        if not isinstance(schema.get("required"), list):
            return set()
        if id(schema) not in self._known:
            self._known[id(schema)] = set(texts(schema["required"]))
        return self._known[id(schema)]

    def _is_open(self, stated: Mapping[str, Any], above: frozenset[int]) -> bool:
        """Say whether it is, or is a list or a map of, a schema that it stands in."""
        inner = [self._document.mapping(one) for one in (stated.get("items"), *_values(stated)[:1])]
        return any(id(one) in above for one in (stated, *inner) if one)

    def _same(self, part: _Part) -> Iterator[_Part]:
        """The schemas whose fields are on the level of this one: its parts and choices, what is listed or mapped."""
        schema, path = part.schema, part.path
        if isinstance(parts := schema.get("allOf"), list):
            for one in parts:
                yield part._replace(schema=self._document.mapping(one))
        for word in ("oneOf", "anyOf"):
            if isinstance(choices := schema.get(word), list):
                first = choices[: MAX_PARTS + 1]
                solid = (one for one in first if self._document.mapping(one).get("type") != "null")
                is_choice = len([*islice(solid, 2)]) > 1
                for number, one in enumerate(choices, 1):
                    stated = self._document.mapping(one)
                    name = referred(one) or text(stated.get("title")) or f"choice {number}"
                    yield part._replace(schema=stated, note=f"only in {name}" if is_choice else part.note)
        if isinstance(schema.get("items"), Mapping):
            yield part._replace(schema=self._document.mapping(schema["items"]), path=f"{path}[]")
        for one in _values(schema):
            yield part._replace(schema=self._document.mapping(one), path=f"{path}.*" if path else "*")


def _values(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The schemas of what stands under names that the schema does not know."""
    patterns = schema.get("patternProperties")
    several = islice(patterns.values(), MAX_PARTS + 1) if isinstance(patterns, Mapping) else ()
    return [one for one in (schema.get("additionalProperties"), *several) if isinstance(one, Mapping) and one]


def _cut(names: list[str], between: str, most: int) -> str:
    return _short(between.join([*names[:most], *(["…"] if len(names) > most else [])]))


def _short(shown: str) -> str:
    # Fields repeat the names they stand in, and types what they are made of.
    return shown if len(shown) <= MAX_CHARACTERS else f"{shown[: MAX_CHARACTERS - 1]}…"
