"""The words of a Protocol Buffers file, each with the comment that stands above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from plugins.catalog.definitions.operations import Unreadable

MAX_TOKENS = 200_000
_TOKEN = re.compile(
    r"""(?P<space>[\s\ufeff]+)
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<word>\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<number>[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)f?)
    | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<sign>[{}\[\]()<>;,=:/.+-])""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word, number, string or sign; ``comment`` stands directly above it, ``line`` counts from 1."""

    kind: str
    text: str
    line: int
    comment: str


def tokens(text: str, trailing: dict[int, str]) -> Iterator[Token]:
    """The tokens; a comment that follows something on its line goes into ``trailing`` under that line."""
    place, line, last = 0, 1, 0
    comments: list[tuple[int, str]] = []
    for _ in range(MAX_TOKENS):
        if place >= len(text):
            return
        found = _TOKEN.match(text, place)
        if found is None:
            raise wrong(line, f"{text[place]!r} is not expected here")
        place = found.end()
        kind, part = str(found.lastgroup), found.group()
        end = line + part.count("\n")
        if kind == "comment" and last == line:
            trailing[line] = _plain(part)
        elif kind == "comment":
            if comments and comments[-1][0] < line - 1:
                comments.clear()
            comments.append((end, _plain(part)))
        elif kind != "space":
            above = "\n".join(words for _, words in comments) if comments and comments[-1][0] >= line - 1 else ""
            comments.clear()
            last = end
            yield Token(kind, part, line, above)
        line = end
    raise Unreadable(f"The definition has more than {MAX_TOKENS:,} words: download it, or split the API.")


def _plain(comment: str) -> str:
    if comment.startswith("//"):
        return comment.lstrip("/").removeprefix(" ").rstrip()
    lines = (line.strip().removeprefix("*").removeprefix(" ") for line in comment[2:-2].lstrip("*").splitlines())
    return "\n".join(lines).strip()


def wrong(line: int, what: str) -> Unreadable:
    """The error of a line."""
    return Unreadable(f"Line {line} of the definition: {what}.", line)
