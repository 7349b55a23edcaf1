"""Stand-ins for what libyaml, at home in YAML 1.1, reads otherwise than YAML 1.2 does.

U+0085, U+2028 and U+2029 are ordinary characters there, and two escapes, as JSON writes them, make one character
beyond U+FFFF. While a text is parsed, private-use characters that it lacks stand for those characters and for the
backslashes of those escapes, each for one, so that every position is that of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

__all__ = ["NoneLeft", "StandIns", "put"]

_BREAKS = "\u0085\u2028\u2029"
_PRIVATE = range(0xE000, 0xF900)
_ESCAPED_PRIVATE = re.compile(r"\\(?:u|U0000)([eEfF][0-9a-fA-F]{3})")
_PAIRS = re.compile(
    r"(?<!\\)(?P<before>(?:\\\\)*+)(?P<pairs>(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})++)"
)


class NoneLeft(ValueError):
    """A text that holds so many private-use characters that none is left to stand for another."""


@dataclass(frozen=True, slots=True)
class StandIns:
    """What stands for a backslash, and what for each of the breaks."""

    backslash: str
    breaks: str

    def replaced(self, scalar: str, *, escapes: bool) -> str:
        """A scalar that was parsed, with what it means; ``escapes`` says whether it stood in double quotes."""
        if scalar.isascii():
            return scalar
        if escapes:
            scalar = _substituted(re.compile(f"(?:{self.backslash}u.{{4}})++"), self._joined, scalar)
        return _exchanged(scalar, self.backslash + self.breaks, "\\" + _BREAKS)

    def _joined(self, pairs: re.Match[str]) -> str:
        joined: str = json.loads('"' + pairs[0].replace(self.backslash, "\\") + '"')
        return joined


def put(text: str) -> tuple[str, StandIns | None]:
    """The text to parse, and what stands in it for something else, if anything does. Raises NoneLeft."""
    has_breaks = not text.isascii() and any(one in text for one in _BREAKS)
    if not has_breaks and _PAIRS.search(text) is None:
        return text, None
    used = set(text) | {chr(int(found[1], 16)) for found in _ESCAPED_PRIVATE.finditer(text)}
    unused = "".join(one for one in map(chr, _PRIVATE) if one not in used)
    if len(unused) <= len(_BREAKS):
        raise NoneLeft
    found = StandIns(unused[0], unused[1 : len(_BREAKS) + 1])
    text = _substituted(_PAIRS, lambda match: match["before"] + match["pairs"].replace("\\", found.backslash), text)
    return _exchanged(text, _BREAKS, found.breaks), found


def _substituted(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    # As pattern.sub, which keeps every piece as a text of its own, ten times as large, until the end.
    written, end = StringIO(), 0
    for match in pattern.finditer(text):
        written.write(text[end : match.start()])
        written.write(replace(match))
        end = match.end()
    written.write(text[end:])
    return written.getvalue()


def _exchanged(text: str, old: str, new: str) -> str:
    # Faster than translate, of which these are rare.
    for one, other in zip(old, new, strict=True):
        text = text.replace(one, other)
    return text
