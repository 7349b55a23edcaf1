"""Counts of the list, kept until the catalog changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from plugins.catalog.queries.selection import token

Rows = tuple[tuple[Any, ...], ...]


class Counts:
    """Counts at one state of the catalog.

    They are kept under their statement with its parameters: whatever decides what a person may see is part of it.
    """

    def __init__(self) -> None:
        self._token = token()

    def number(self, rows: QuerySet[Any]) -> int:
        """How many rows there are."""
        return int(self._kept(rows, lambda: ((rows.count(),),), ((0,),))[0][0])

    def by(self, rows: QuerySet[Any]) -> Rows:
        """The rows of an aggregate."""
        return self._kept(rows, lambda: tuple(map(tuple, rows)), ())

    def _kept(self, rows: QuerySet[Any], count: Callable[[], Rows], none: Rows) -> Rows:
        try:
            sql, params = rows.query.sql_with_params()
        except EmptyResultSet:
            return none
        return _counted(_Statement(self._token, sql, tuple(params), count))


@dataclass(frozen=True, slots=True)
class _Statement:
    token: str
    sql: str
    params: tuple[Any, ...]
    run: Callable[[], Rows] = field(compare=False)


@lru_cache(maxsize=1_000)
def _counted(statement: _Statement) -> Rows:
    return statement.run()
