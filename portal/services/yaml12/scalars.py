"""Scalars and keys by the core schema."""

from __future__ import annotations

import re
from typing import Any

from portal.services.yaml12.errors import YamlError
from portal.services.yaml12.positions import Marks

_TAG = "tag:yaml.org,2002:"
_REFUSED_TAGS = frozenset(_TAG + name for name in ("binary", "omap", "pairs", "set", "timestamp"))
_NULL = re.compile(r"~|[Nn]ull|NULL|")
_BOOL = re.compile(r"[Tt]rue|TRUE|[Ff]alse|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN = re.compile(r"\.(?:nan|NaN|NAN)")


def check_tag(tag: str, marks: Marks) -> None:
    """Refuse a tag that would make what JSON lacks. Raises YamlError."""
    if tag in _REFUSED_TAGS or tag.startswith(_TAG + "python"):
        short = tag.replace(_TAG, "!!")
        raise YamlError(f"the tag {short} is not allowed; write the value as text", marks.line, marks.column)


def as_key(value: Any) -> str:
    """A mapping key as JSON has it; a list or mapping, such as ``{{ name }}``, as ``yaml`` 2.x writes it."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
        case list():
            return f"[ {', '.join(map(as_key, value))} ]" if value else "[]"
        case dict():
            pairs = (key if item is None else f"{key}: {as_key(item)}" for key, item in value.items())
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        case _:
            return str(value)


def scalar(text: str, event: Any, marks: Marks) -> Any:
    """The value of a scalar that the parser gave as ``event``, whose text means ``text``. Raises YamlError."""
    tag = event.tag
    if tag is None or tag == "!":
        return _plain(text, marks) if event.implicit[0] and tag is None else text
    check_tag(tag, marks)
    if tag in (_TAG + "int", _TAG + "float", _TAG + "bool", _TAG + "null"):
        return _plain(text, marks)
    return text


def _plain(text: str, marks: Marks) -> Any:
    """A plain scalar by the core schema (YAML 1.2.2 §10.3.2)."""
    if _NULL.fullmatch(text):
        return None
    if text[0] not in "+-.0123456789tTfF":
        return text
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    try:
        if _INT.fullmatch(text):
            return int(text)
        if _OCTAL.fullmatch(text):
            return int(text[2:], 8)
        if _HEX.fullmatch(text):
            return int(text[2:], 16)
    except ValueError:  # Python converts at most 4300 digits
        raise YamlError(
            "the number has too many digits; quote it if it is meant as text", marks.line, marks.column
        ) from None
    if _FLOAT.fullmatch(text) or _NAN.fullmatch(text):
        return float(text.removeprefix(".") if text.startswith((".n", ".N")) else text)
    if _INFINITY.fullmatch(text):
        return float(text.replace(".", "").lower())
    return text
