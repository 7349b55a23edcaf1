"""Writes a stylesheet without what only its authors read: comments, indentation, and space that parts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinycss2 import parse_component_value_list, serialize
from tinycss2.ast import WhitespaceToken


def compact(css: str) -> str:
    """Return ``css`` with the same meaning: every other space may stand for a descendant, and stays."""
    return str(serialize(_compact(parse_component_value_list(css, skip_comments=True))))


def _compact(tokens: Sequence[Any]) -> list[Any]:
    kept: list[Any] = []
    for token in tokens:
        if token.type == "whitespace":
            if kept and not _ends(kept[-1]) and not _parts(kept[-1]) and kept[-1].type != "whitespace":
                kept.append(WhitespaceToken(token.source_line, token.source_column, " "))
            continue
        if token.type in ("{} block", "() block"):
            token.content = _compact(token.content)
        elif token.type == "function":
            token.arguments = _compact(token.arguments)
        if kept and kept[-1].type == "whitespace" and _ends(token):
            kept.pop()
        kept.append(token)
    if kept and kept[-1].type == "whitespace":
        kept.pop()
    return kept


def _ends(token: Any) -> bool:
    return bool(token.type == "{} block" or (token.type == "literal" and token.value == ";"))


def _parts(token: Any) -> bool:
    """Say whether space after the token means nothing: no selector has any after a colon (Selectors 4 §4.1)."""
    return bool(token.type == "literal" and token.value in (":", ","))
