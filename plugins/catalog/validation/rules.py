"""The few kinds of rule that Backstage's schemas consist of, with the messages and the order of its validator (Ajv).

Every rule yields all its violations; callers that report one take the first, as Backstage does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Path = tuple[str | int, ...]

_TYPES = {"string": str, "boolean": bool, "array": list, "object": dict}


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that does not hold.

    path    of the value that was judged
    detail  what Backstage appends to some messages: "type: string"
    key     of the mapping at ``path`` that is to blame, when the mapping as a whole is not
    """

    path: Path
    message: str
    detail: str
    fix: str
    key: str = ""

    @property
    def where(self) -> str:
        """The place as Backstage writes it: "/spec/type", or "<root>"."""
        return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in self.path) or "<root>"

    @property
    def place(self) -> Path:
        """Where to look in the document."""
        return (*self.path, self.key) if self.key else self.path


class Rule(Protocol):
    """Anything that can judge a value."""

    def check(self, value: Any, path: Path) -> Iterator[Violation]: ...


def _wrong_type(expected: str, path: Path) -> Violation:
    return Violation(path, f"must be {expected}", f"type: {expected}", _TYPE_FIXES[expected])


_TYPE_FIXES = {
    "string": "Write a text here; quote a value that is meant as text, such as '1.0' or 'true'.",
    "array": 'Write a list here, one "- item" a line, or remove the key.',
    "object": "Write keys and values here, indented under the key.",
    "string,boolean": "Write a text, true or false here.",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A string; not empty unless ``empty`` says so, one of ``choices`` when there are any."""

    empty: bool = False
    choices: tuple[str, ...] = ()

    def check(self, value: Any, path: Path) -> Iterator[Violation]:
        if not isinstance(value, str):
            yield _wrong_type("string", path)
        elif not value and not self.empty:
            yield Violation(
                path, "must NOT have fewer than 1 characters", "limit: 1", "Write a text here, or remove the key."
            )
        if self.choices and value not in self.choices:
            yield Violation(
                path,
                "must be equal to one of the allowed values",
                f"allowedValues: {','.join(self.choices)}",
                f"Write one of {', '.join(self.choices)}.",
            )


@dataclass(frozen=True, slots=True)
class OfType:
    """A value of one of ``types``, nothing more asked of it."""

    types: tuple[str, ...]

    def check(self, value: Any, path: Path) -> Iterator[Violation]:
        if not any(isinstance(value, _TYPES[name]) for name in self.types):
            yield _wrong_type(",".join(self.types), path)


@dataclass(frozen=True, slots=True)
class Items:
    """A list whose every item satisfies ``item``."""

    item: Rule
    at_least: int = 0

    def check(self, value: Any, path: Path) -> Iterator[Violation]:
        if not isinstance(value, list):
            yield _wrong_type("array", path)
            return
        if len(value) < self.at_least:
            yield Violation(
                path,
                f"must NOT have fewer than {self.at_least} items",
                f"limit: {self.at_least}",
                "Add an item to the list.",
            )
        for index, item in enumerate(value):
            yield from self.item.check(item, (*path, index))


@dataclass(frozen=True, slots=True)
class Shape:
    """A mapping.

    required  keys that must be there
    fields    rules of known keys; others are allowed unless ``closed``
    others    rule of every key that is not in ``fields``
    """

    fields: Mapping[str, Rule] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    closed: bool = False
    others: Rule | None = None

    def check(self, value: Any, path: Path) -> Iterator[Violation]:
        if not isinstance(value, dict):
            yield _wrong_type("object", path)
            return
        for key in self.required:
            if key not in value:
                yield Violation(
                    path, f"must have required property '{key}'", f"missingProperty: {key}", _add(key, path)
                )
        for key in value:
            if self.closed and key not in self.fields:
                yield Violation(
                    path,
                    "must NOT have additional properties",
                    f"additionalProperty: {key}",
                    f'Move "{key}" under metadata or spec, or remove it.',
                    key,
                )
        for key, rule in self.fields.items():
            if key in value:
                yield from rule.check(value[key], (*path, key))
        if self.others is not None:
            for key, item in value.items():
                if key not in self.fields:
                    yield from self.others.check(item, (*path, key))


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value that satisfies exactly one of ``rules``."""

    rules: tuple[Rule, ...]

    def check(self, value: Any, path: Path) -> Iterator[Violation]:
        found = [list(rule.check(value, path)) for rule in self.rules]
        if sum(not violations for violations in found) != 1:
            for violations in found:
                yield from violations


_EXAMPLES = {
    "apiVersion": '"apiVersion: backstage.io/v1alpha1"',
    "kind": '"kind: Component"',
    "metadata": '"metadata:" with "name: my-service" indented below it',
    "name": '"name: my-service"',
    "spec": '"spec:" with type, lifecycle and owner indented below it',
    "type": '"type: service"',
    "lifecycle": '"lifecycle: production"',
    "owner": '"owner: my-team"',
    "definition": '"definition:" with "$text: ./openapi.yaml" indented below it',
    "children": '"children: []"',
    "memberOf": '"memberOf: [my-team]"',
    "url": '"url: https://example.com"',
    "steps": '"steps:" with a list of actions below it',
    "action": '"action: fetch:template"',
    "remotes": '"remotes:" with a list of type and url below it',
}


def _add(key: str, path: Path) -> str:
    place = f" under {path[-1]}" if path and isinstance(path[-1], str) else ""
    return f"Add {_EXAMPLES.get(key, key)}{place}."
