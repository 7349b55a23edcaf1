"""Patterns of paths and addresses, as minimatch reads them, which Backstage uses.

``*`` stands for anything within one step and a step ``*`` for one that is not empty, a step ``**`` for any number of
steps, ``?`` for one character, ``[ab]`` for one of several, ``{a,b}`` for either. No sign takes a step of dots only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

MAX_ALTERNATIVES = 100
_NO_DOTS = r"(?!\.{1,2}(?:/|$))"
_UNSUPPORTED = re.compile(r"[!@+?*]\(|\\|^[!#]|\[\[:|\{[^{},]*\.\.[^{},]*\}")


def check(pattern: str) -> None:
    """Raises ValueError for what minimatch would read as something else than compiled() does."""
    if found := _UNSUPPORTED.search(pattern):
        signs = "*, **, ?, [ab] and {a,b}"
        raise ValueError(f"{found[0]!r} in the pattern {pattern!r} is not supported: its signs may be {signs}")
    compiled(pattern)


@lru_cache(maxsize=1_000)
def compiled(pattern: str, *, hidden: bool = True, case: bool = False) -> re.Pattern[str]:
    """What fully matches the texts that a pattern means; with ``hidden`` the signs take steps that begin with a dot.

    Raises ValueError for a class of no characters, and for more than MAX_ALTERNATIVES.
    """
    alternatives = list(islice(expanded(pattern), MAX_ALTERNATIVES + 1))
    if len(alternatives) > MAX_ALTERNATIVES:
        raise ValueError(f"the pattern {pattern!r} has more than {MAX_ALTERNATIVES} alternatives")
    text = "|".join(_steps(re.sub("/+", "/", one), hidden) for one in alternatives)
    try:
        return re.compile(text, re.DOTALL if case else re.DOTALL | re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"the pattern {pattern!r} can't be understood: {error.msg}") from None


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern means a path or an address; encoded dots are dots, as to whoever asks for it."""
    plain = re.sub("/+", "/", re.sub("%2e", ".", text, flags=re.IGNORECASE))
    return compiled(pattern).fullmatch(plain) is not None


def expanded(pattern: str) -> Iterator[str]:
    """The patterns without braces that one with braces means; braces without a comma are only characters."""
    for start, character in enumerate(pattern):
        if character == "{" and (found := _braces(pattern, start)):
            choices, end = found
            for choice in choices:
                for middle in expanded(choice):
                    yield from (pattern[:start] + middle + rest for rest in expanded(pattern[end:]))
            return
    yield pattern


def _braces(pattern: str, start: int) -> tuple[list[str], int] | None:
    """What stands between the commas of the braces that begin here, and where they end."""
    depth, choices, begun = 0, [], start + 1
    for place in range(start, len(pattern)):
        character = pattern[place]
        depth += (character == "{") - (character == "}")
        if depth == 0 or (depth == 1 and character == ","):
            choices.append(pattern[begun:place])
            begun = place + 1
        if depth == 0:
            return (choices, place + 1) if len(choices) > 1 else None
    return None


def _steps(pattern: str, hidden: bool) -> str:
    visible = _NO_DOTS if hidden else r"(?!\.)"
    *folders, last = pattern.split("/")
    runs = [""]
    for step in folders:
        if step == "**":
            runs.append("")
        else:
            runs[-1] += f"{_step(step, visible)}/"
    if last == "**":
        runs.append(f"(?:{visible}[^/]+)?")
    else:
        runs[-1] += _step(last, visible)
    return _in_turn(runs, f"(?:{visible}[^/]+/)")


def _step(step: str, visible: str) -> str:
    if step and not step.strip("*"):
        return f"{visible}[^/]+"
    parts = re.split(r"(\*+|\?|\[[!^]?\]?[^\]]*\])", step)
    runs = [""]
    for place, part in enumerate(parts):
        if place % 2 and part[0] == "*":
            runs.append("")
        else:
            runs[-1] += _sign(part) if place % 2 else re.escape(part)
    text = _in_turn(runs, "[^/]")
    if len(parts) == 1:
        return text
    return (_NO_DOTS if parts[0] else visible) + text


def _in_turn(runs: list[str], between: str) -> str:
    """What matches ``runs``, each of a fixed length, with any number of ``between`` between them.

    Where a run is found first it leaves the most to the others, so no later place is tried when they fail: each would
    multiply the time by the length of the text.
    """
    first, *others = runs
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>{between}*?{run})" for run in middle) + f"{between}*{last}"


def _sign(sign: str) -> str:
    if sign == "?":
        return "[^/]"
    negated = sign[1] in "!^"
    characters = re.sub(r"([\\\[\]^&~|])", r"\\\1", sign[2 if negated else 1 : -1])
    return f"(?!/)[{'^' if negated else ''}{characters}]"
