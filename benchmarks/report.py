"""The table of results: each measurement with its goal beside it, and in words whether it was reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal

Bound = Literal["at most", "at least"]


@dataclass(frozen=True)
class Row:
    """One measurement. ``goal`` is None for a figure that only explains the others.

    The goal is an upper bound, or with ``bound="at least"`` a lower one. ``note`` says how it came about.
    """

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    bound: Bound = "at most"
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None without a goal."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.bound == "at most" else self.value >= self.goal


def table(rows: Iterable[Row]) -> str:
    """Return the rows as text in columns: what, measured, goal, verdict, note."""
    cells = [
        (
            row.what,
            _number(row.value, row.unit),
            "" if row.goal is None else f"{'≤' if row.bound == 'at most' else '≥'} {_number(row.goal, row.unit)}",
            {None: "", True: "reached", False: "not reached"}[row.reached],
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        f"  {what:<{widths[0]}}  {value:>{widths[1]}}  {goal:<{widths[2]}}  {verdict:<{widths[3]}}  {note}".rstrip()
        for what, value, goal, verdict, note in cells
    )


def spread(values: Iterable[float]) -> str:
    """Return the range of repeated measurements: "1.12 to 1.31"."""
    found = list(values)
    return f"{min(found):.3g} to {max(found):.3g}"


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that ``share`` (0 to 1) of ``values`` don't exceed, by nearest rank. Raises ValueError."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("There is nothing to take a percentile of.")
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def middle(values: Iterable[float]) -> float:
    """Return the median."""
    return float(median(values))


def _number(value: float, unit: str) -> str:
    digits = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}{'x' if unit == 'x' else ' ' + unit if unit else ''}"
