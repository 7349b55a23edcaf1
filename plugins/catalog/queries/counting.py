"""Counts and pages of the list, kept until the catalog changes; counts that took long for a while after it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from plugins.catalog.revision import revision

Rows = tuple[tuple[Any, ...], ...]

QUICK_SECONDS = 0.02
LONG_SECONDS = 0.25
# So that counting takes a twentieth of the time at most, also while a reading changes the catalog each second.
TIMES_AS_LONG = 20
LONGEST_SECONDS = 60.0


class Steady:
    """The state of the catalog that is counted: the present one, unless counting the last one took long.

    Then that one's counts go on to be shown for twenty times as long as they took, for a minute at most.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._token = ""
        self._since = self._spent = 0.0

    def token(self, present: str) -> str:
        """What the counts are kept under at the ``present`` state."""
        now = time.monotonic()
        with self._lock:
            if self._spent < LONG_SECONDS or now - self._since > min(TIMES_AS_LONG * self._spent, LONGEST_SECONDS):
                if present != self._token:
                    self._token, self._since, self._spent = present, now, 0.0
            return self._token

    def note(self, token: str, seconds: float) -> None:
        """Take into account how long a statement took."""
        with self._lock:
            if seconds > QUICK_SECONDS and token == self._token:
                self._spent += seconds


steady = Steady()


class Counts:
    """Counts at one state of the catalog.

    They are kept under their statement with its parameters: whatever decides what a person may see is part of it.
    """

    def __init__(self) -> None:
        self._present = revision.token()
        self._token = steady.token(self._present)

    def number(self, rows: QuerySet[Any]) -> int:
        """How many rows there are."""
        return int(self._kept(self._token, rows, lambda: ((rows.count(),),), ((0,),))[0][0])

    def by(self, rows: QuerySet[Any]) -> Rows:
        """The rows of an aggregate."""
        return self._kept(self._token, rows, lambda: tuple(map(tuple, rows)), ())

    def keys(self, rows: QuerySet[Any]) -> list[int]:
        """The keys of the rows, always as the catalog is now."""
        found = self._kept(self._present, rows.values_list("pk"), lambda: tuple(rows.values_list("pk")), ())
        return [key for (key,) in found]

    def _kept(self, token: str, rows: QuerySet[Any], count: Callable[[], Rows], none: Rows) -> Rows:
        try:
            sql, params = rows.query.sql_with_params()
        except EmptyResultSet:
            return none
        return _counted(_Statement(token, sql, tuple(params), count))


@dataclass(frozen=True, slots=True)
class _Statement:
    token: str
    sql: str
    params: tuple[Any, ...]
    run: Callable[[], Rows] = field(compare=False)


@lru_cache(maxsize=1_000)
def _counted(statement: _Statement) -> Rows:
    began = time.monotonic()
    rows = statement.run()
    steady.note(statement.token, time.monotonic() - began)
    return rows
