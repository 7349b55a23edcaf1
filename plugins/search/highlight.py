"""Marks what was found in a text, as pieces for a template to escape: never as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plugins.search.words import fold

EXCERPT = 180
Piece = tuple[str, bool]

_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")


def marked(text: str, needles: Sequence[str]) -> list[Piece]:
    """``text`` cut into pieces; True for those that a needle begins or, with three letters or more, is part of."""
    pieces: list[Piece] = []
    at = 0
    for start, end in _matches(text, needles):
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:end], True))
        at = end
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


def excerpt(text: str, needles: Sequence[str]) -> list[Piece]:
    """About 180 characters around the first match, whole words, with an ellipsis where something is left out."""
    first = next((start for start, _ in _matches(text, needles)), 0)
    start = text.rfind(" ", 0, max(0, first - 60)) + 1 if first > 60 else 0
    end = len(text)
    if end - start > EXCERPT:
        end = text.rfind(" ", start + EXCERPT // 2, start + EXCERPT)
        end = end if end > 0 else start + EXCERPT
    pieces = marked(text[start:end], needles)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(text) else [])]


def _matches(text: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    """The ranges to mark, in order and apart from each other."""
    folded, origin = _folded(text)
    found: list[tuple[int, int]] = []
    for word in _WORD.finditer(folded):
        spans = [(at, at + len(one)) for one in needles if (at := _place(word[0], one)) >= 0]
        if spans:
            start, end = word.start() + min(spans)[0], word.start() + max(end for _, end in spans)
            place = origin[start], origin[end - 1] + 1
            # One character may fold into two words: "¼" is 1 and 4.
            if not found or place[0] >= found[-1][1]:
                found.append(place)
    return found


def _place(word: str, needle: str) -> int:
    if word.startswith(needle):
        return 0
    return word.find(needle) if len(needle) > 2 else -1


def _folded(text: str) -> tuple[str, list[int] | range]:
    """The text folded, and for each of its characters where it comes from: folding may change the length."""
    if text.isascii():
        return text.lower(), range(len(text))
    parts = [fold(character) for character in text]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]
