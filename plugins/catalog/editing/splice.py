"""Changes values in the text of a YAML document and leaves the rest of it as it is, comments included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from plugins.catalog.yaml_text import dump
from portal.api import yaml12

Path = tuple[str, ...]
Entry = tuple[yaml.Node, yaml.Node]

GONE = object()
# Each change costs a reading of the text. Writing it anew takes as long as ten of them, and loses comments, so only
# more changes than these are written so, when characters times changes are above the other.
MAX_CHANGES = 10
MAX_SPLICED = 5_000_000
# Where a key that is new stands among these: after those that come before it.
ORDER = ("name", "namespace", "title", "description")


def with_values(text: str, changes: Mapping[Path, Any]) -> str:
    """The document ``text`` with a value set at each path, or taken away where the value is GONE.

    Keys and values that are not on a path keep their lines. What can't be changed so, as within aliases, is changed by
    writing the whole document anew, and so are many changes of a long text (MAX_SPLICED). Raises yaml12.YamlError for a
    text that can't be read or holds several documents.
    """
    before = expected = yaml12.load(text)
    for path, value in changes.items():
        expected = _with(expected, path, value)
    if len(changes) > MAX_CHANGES and len(text) * len(changes) > MAX_SPLICED:
        return dump(expected)
    result = text
    for path, value in changes.items():
        try:
            result = _spliced(result, before, path, value)
        except (yaml.YAMLError, _NotHere):
            return dump(expected)
        before = _with(before, path, value)
    try:
        faithful = yaml12.load(result) == expected
    except yaml12.YamlError:
        faithful = False
    return result if faithful else dump(expected)


class _NotHere(Exception):
    """The text is not laid out so that a few lines could be exchanged."""


def _with(value: Any, path: Path, new: Any) -> dict[str, Any]:
    """A copy along the path, for what else refers to a part of it."""
    key, rest = path[0], path[1:]
    result = dict(value) if isinstance(value, dict) else {}
    if rest:
        result[key] = _with(result.get(key), rest, new)
    elif new is GONE:
        result.pop(key, None)
    else:
        result[key] = new
    return result


def _spliced(text: str, value: Any, path: Path, new: Any) -> str:
    """The text, which says ``value``, with one change."""
    node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for depth, key in enumerate(path):
        if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
            raise _NotHere
        entry = next((one for one in node.value if one[0].value == key), None)
        rest = path[depth + 1 :]
        inner = value.get(key)
        if rest and entry and isinstance(entry[1], yaml.MappingNode) and not entry[1].flow_style:
            node, value = entry[1], inner
            continue
        if rest:  # Written anew from here on: it is missing, or in braces.
            new = _with(inner, rest, new) or GONE
        return _exchanged(text, node, key, entry, new)
    raise _NotHere


def _exchanged(text: str, mapping: yaml.MappingNode, key: str, entry: Entry | None, new: Any) -> str:
    """The text with one entry of a mapping replaced, removed or, after the others, added."""
    if entry is None and new is GONE:
        return text
    carriage = "\r" if "\r\n" in text else ""
    lines = text.split("\n")
    indent = " " * mapping.value[0][0].start_mark.column
    old = entry[1] if entry else None
    in_brackets = isinstance(old, yaml.SequenceNode) and old.flow_style and isinstance(new, list)
    written = [] if new is GONE else dump({key: new}, in_brackets=bool(in_brackets)).rstrip("\n").split("\n")
    written = [f"{indent}{line}" for line in written]
    if entry is None:
        first = after = _last_line(_neighbour(mapping, key), lines) + 1
        before = ""
    else:
        first, after = entry[0].start_mark.line, _last_line(entry, lines) + 1
        before = lines[first][: entry[0].start_mark.column]
    if before.strip():
        raise _NotHere
    if entry and len(written) == 1 and after == first + 1:
        written[0] += _comment_after(entry[1], lines[first])
    return "\n".join([*lines[:first], *(line.rstrip() + carriage for line in written), *lines[after:]])


def _neighbour(mapping: yaml.MappingNode, key: str) -> Entry:
    """The entry after which a new one stands: the last, but for the few keys that people look for at the top."""
    above = ORDER[: ORDER.index(key)] if key in ORDER else ()
    found: list[Entry] = [entry for entry in mapping.value if entry[0].value in above]
    return found[-1] if found else mapping.value[-1]


def _comment_after(value: yaml.Node, line: str) -> str:
    rest = line[value.end_mark.column :]
    return rest.rstrip() if rest.lstrip().startswith("#") and rest[:1].isspace() else ""


def _last_line(entry: Entry, lines: list[str]) -> int:
    """The last line that belongs to an entry; comments and empty lines below it don't."""
    key, value = entry
    if isinstance(value, yaml.CollectionNode) and not value.flow_style and value.value:
        last = value.value[-1]
        return _last_line(last if isinstance(last, tuple) else (key, last), lines)
    last = value.end_mark.line
    if isinstance(value, yaml.ScalarNode) and value.style in ("|", ">"):
        if value.end_mark.column == 0:
            last -= 1
        while last > key.start_mark.line and _is_outside(lines[last], key.start_mark.column):
            last -= 1
    return max(last, key.end_mark.line)


def _is_outside(line: str, column: int) -> bool:
    """Whether a line below a block of text is none of its lines: empty, or a comment that is not indented under it."""
    stripped = line.strip()
    return not stripped or (stripped.startswith("#") and len(line) - len(line.lstrip()) <= column)
