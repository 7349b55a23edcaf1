"""The form of an entity: fields for what its kind has, taken from the schemas that judge it."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from django import forms

from plugins.catalog.editing.splice import GONE, Path
from plugins.catalog.validation import schemas
from plugins.catalog.validation.rules import Shape, Text

WORDS: Mapping[str, str] = {
    "providesApis": "Provides APIs",
    "consumesApis": "Consumes APIs",
    "displayName": "Name to display",
    "email": "E-mail",
    "subcomponentOf": "Part of component",
    "subdomainOf": "Part of domain",
    "dependsOn": "Depends on",
    "memberOf": "Member of",
}
EXAMPLES: Mapping[str, str] = {
    "owner": "A team or a person, such as payments or user:erin.",
    "type": "A word, best one that others of the kind have, too.",
    "lifecycle": "Such as experimental, production or deprecated.",
    "system": "Such as ordering.",
    "domain": "Such as commerce.",
    "subcomponentOf": "Such as shop-web.",
    "subdomainOf": "Such as commerce.",
    "providesApis": "One a line, such as payments or api:default/payments.",
    "consumesApis": "One a line, such as payments or api:default/payments.",
    "dependsOn": "One a line, with its kind: component:ledger or resource:ledger-db.",
    "displayName": "As people call it.",
    "email": "Such as payments@example.com.",
    "picture": "The address of an image.",
    "parent": "The group directly above, such as commerce.",
    "members": "One a line, such as erin.",
    "children": "Groups directly below, one a line.",
    "memberOf": "Groups, one a line.",
    "target": "The address or the path of a catalog file.",
    "targets": "More of them, one a line.",
    "presence": "Whether what it names has to be there.",
    "definition": "The OpenAPI, AsyncAPI, GraphQL or gRPC definition itself. To name a file beside it, use YAML.",
}
# Each costs a reading of the document; more of them are written at once.
MAX_PAIRS = 20
SUGGESTED = ("owner", "type", "lifecycle", "system", "domain")


class Prose(forms.CharField):
    """A text of any number of lines."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class Lines(forms.CharField):
    """Texts, one a line, without empty ones."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), **kwargs)

    def to_python(self, value: Any) -> list[str]:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class Tags(Lines):
    """Words, apart by spaces, commas or lines."""

    def to_python(self, value: Any) -> list[str]:
        return [word for word in re.split(r"[\s,]+", value or "") if word]

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class Pairs(Lines):
    """Keys and values, one pair a line."""

    def to_python(self, value: Any) -> dict[str, str]:
        pairs = [line.partition(":") for line in super().to_python(value)]
        for key, colon, _ in pairs:
            if not colon or not key.strip():
                raise forms.ValidationError(f"Write a key, a colon and a value, instead of “{key}”.")
        found = {key.strip(): text.strip() for key, _, text in pairs}
        if len(found) < len(pairs):
            raise forms.ValidationError("A key stands here twice. Keep one of the two lines.")
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{key}: {text}" for key, text in value.items()) if isinstance(value, dict) else value


class Links(Lines):
    """Addresses, each with words for it, one a line."""

    def to_python(self, value: Any) -> list[dict[str, str]]:
        links = [line.partition(" ") for line in super().to_python(value)]
        return [{"url": url} | ({"title": title.strip()} if title.strip() else {}) for url, _, title in links]

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{link['url']} {link.get('title', '')}".strip() for link in value)


def fields_of(kind: str) -> Iterator[tuple[Path, forms.Field]]:
    """Path and field of everything that a form can edit of a kind, in the order in which it is written."""
    yield ("metadata", "title"), _line("Title", "As people call it. Without one, the name is shown.")
    yield ("metadata", "description"), Prose(label="Description", help_text="Markdown.", rows=3)
    rule = schemas.KINDS[kind][1]
    yield from _of_shape(("spec",), rule)
    yield (
        ("metadata", "tags"),
        Tags(label="Tags", help_text="In lower case, apart by spaces, such as go audited.", required=False),
    )
    yield (
        ("metadata", "links"),
        Links(label="Links", help_text="One a line: the address, then words for it.", required=False),
    )
    for name in ("labels", "annotations"):
        yield (
            ("metadata", name),
            Pairs(label=name.title(), help_text="One a line, such as example.com/key: value.", required=False),
        )


def _of_shape(path: Path, shape: Shape) -> Iterator[tuple[Path, forms.Field]]:
    for name, rule in shape.fields.items():
        label = WORDS.get(name, name[:1].upper() + name[1:])
        required, help_text = name in shape.required, EXAMPLES.get(name, "")
        if rule is schemas.PROFILE:
            yield from _of_shape((*path, name), schemas.PROFILE)
        elif rule is schemas.TEXTS:
            yield (*path, name), Lines(label=label, help_text=help_text, required=False)
        elif name == "definition":
            yield (*path, name), Prose(label=label, help_text=help_text, rows=6, strip=False)
        elif isinstance(rule, Text) and rule.choices:
            choices = [("", "Not stated"), *((choice, choice) for choice in rule.choices)]
            yield (*path, name), forms.ChoiceField(label=label, help_text=help_text, choices=choices, required=False)
        elif isinstance(rule, Text):
            yield (*path, name), _line(label, help_text, required=required, list_id=name if name in SUGGESTED else "")


def _line(label: str, help_text: str, *, required: bool = False, list_id: str = "") -> forms.CharField:
    attrs = {"autocomplete": "off", **({"list": f"catalog-known-{list_id}"} if list_id else {})}
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        error_messages={"required": f"Enter something; the catalog needs {label.lower()} here."},
        widget=forms.TextInput(attrs=attrs),
    )


def at(value: Any, path: Path) -> Any:
    """The value at a path, or None."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def suits(field: forms.Field, value: Any) -> bool:
    """Whether a field can show a value of a document without losing anything of it."""
    if value is None:
        return True
    match field:
        case Pairs():
            return isinstance(value, dict) and all(_is_line(one) for one in value.values())
        case Links():
            texts = isinstance(value, list) and all(isinstance(link, dict) and _is_plain(link) for link in value)
            return texts and all(" " not in link["url"] for link in value)
        case Tags():
            return isinstance(value, list) and all(
                isinstance(one, str) and not re.search(r"[\s,]", one) for one in value
            )
        case Lines():
            return isinstance(value, list) and all(_is_line(one) for one in value)
        case Prose():
            return isinstance(value, str)
        case _:
            return _is_line(value)


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and value == value.strip() and len(value.splitlines()) == 1


def _is_plain(link: dict[str, Any]) -> bool:
    return "url" in link and all(map(_is_line, link.values()))


def changes(document: dict[str, Any], values: Mapping[Path, Any], required: frozenset[Path]) -> dict[Path, Any]:
    """What has to be set, or to go, for a document to hold the values of a form; pairs one by one."""
    found: dict[Path, Any] = {}
    for path, value in values.items():
        before = at(document, path)
        if isinstance(value, str) and isinstance(before, str) and value.strip() == before.replace("\r\n", "\n").strip():
            continue
        if isinstance(value, str) and "\n" in value.strip():
            value = value.rstrip() + "\n"
        if isinstance(value, list) and path[-1] == "links":
            value = _with_rest(value, before or [])
        if value == before or (not value and before is None and path not in required):
            continue
        pairs = {}
        if isinstance(value, dict) and value and isinstance(before, dict):
            pairs = {(*path, key): value.get(key, GONE) for key in before | value if before.get(key) != value.get(key)}
        if 0 < len(pairs) <= MAX_PAIRS:
            found |= pairs
        else:
            found[path] = value if value or path in required else GONE
    return found


def _with_rest(links: list[dict[str, str]], before: list[dict[str, str]]) -> list[dict[str, str]]:
    """The links with the icons and the types that they had.

    Each is one of those before at most: the first that is left with its address and words, or else with its address.
    """
    found: dict[int, dict[str, str]] = {}
    left: Iterable[int] = range(len(before))
    for keys in (("url", "title"), ("url",)):
        known: defaultdict[tuple[str | None, ...], deque[int]] = defaultdict(deque)
        for place in left:
            known[tuple(map(before[place].get, keys))].append(place)
        for index, link in enumerate(links):
            alike = known[tuple(map(link.get, keys))]
            if alike and index not in found:
                found[index] = before[alike.popleft()]
        left = sorted(chain.from_iterable(known.values()))
    return [
        link | {key: text for key, text in found.get(index, {}).items() if key not in ("url", "title")}
        for index, link in enumerate(links)
    ]


def needed_lists(kind: str) -> frozenset[Path]:
    """Paths of lists that must be there, be it as empty lists."""
    rule = schemas.KINDS[kind][1]
    return frozenset(("spec", name) for name in rule.required if rule.fields[name] is schemas.TEXTS)
