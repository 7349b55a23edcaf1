"""Where values stand in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the text; line and column count from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Marks:
    """Where a node and its children begin, counted from 1; mirrors the value. A scalar has no children."""

    line: int
    column: int
    children: dict[str | int, Marks] | None = None
