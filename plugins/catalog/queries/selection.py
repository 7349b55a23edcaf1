"""A set of entities, counted and begun with in the cheapest way."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import isqrt
from typing import Any

from django.db import connection

from plugins.catalog.queries.conditions import ROWS, All, Condition, Has, Mentions, Sql, joined

UID = "metadata.uid"
COUNTED = 5_000
FEW = 200
LARGEST_KEPT = 10_000

Narrow = Has | Mentions


@dataclass(frozen=True)
class Selection:
    """The entities for which every one of ``conditions`` holds."""

    conditions: tuple[Condition, ...]

    @classmethod
    def of(cls, conditions: Iterable[Condition]) -> Selection:
        """The entities for which all hold; conditions that are conjunctions are taken apart."""
        return cls(tuple(_flat(conditions)))

    @cached_property
    def kind(self) -> str | None:
        """The one kind, in lower case, that all of them are of: every search row has it beside its key."""
        return next(filter(None, map(_kind_of, self.conditions)), None)

    def where(self, entity: str, row: str = "", besides: Condition | None = None) -> Sql:
        """Everything that must hold for ``entity``, beginning with AND; ``row`` is a search row of it."""
        rest = [one for one in self.conditions if one is not besides]
        found = Sql("")
        if self.kind is not None and row:
            rest = [one for one in rest if _kind_of(one) != self.kind]
            found = Sql(f" AND {row}.kind = %s", (self.kind,))
        parts = [found, *(Sql(f" AND {one.text}", one.params) for one in (part.sql(entity) for part in rest))]
        return joined(parts, "")

    def count(self, token: str) -> int:
        """How many they are."""
        driver = self.driver(token, COUNTED)
        if driver is None:
            where = self.where("s.entity_id", "s")
            return _number(token, f"SELECT COUNT(*) FROM {ROWS} s WHERE s.key = %s{where.text}", (UID, *where.params))  # noqa: S608 - constants
        start, where = driver.where("d"), self.where("d.entity_id", "d", besides=driver)
        text = f"SELECT COUNT(DISTINCT d.entity_id) FROM {ROWS} d WHERE {start.text}{where.text}"  # noqa: S608 - constants
        return _number(token, text, (*start.params, *where.params))

    def driver(self, token: str, most: int) -> Narrow | None:
        """The condition that the fewest rows fulfil, if ``most`` at most do; None when it pays to look through all."""
        narrow = [one for one in self.conditions if isinstance(one, Has | Mentions) and not _kind_of(one)]
        found = [(self._rows(token, one), index) for index, one in enumerate(narrow)]
        rows, index = min(found, default=(most + 1, 0))
        return narrow[index] if rows <= most else None

    def driver_of_page(self, token: str, rows: int) -> Narrow | None:
        """The condition to begin with for a page of ``rows`` in order, rather than walking along the order.

        With m of n entities, walking meets a match every n/m steps: dearer than sorting m when m² < rows * n.
        """
        everything = _number(token, f"SELECT COUNT(*) FROM {ROWS} s WHERE s.key = %s", (UID,))  # noqa: S608 - constants
        return self.driver(token, min(COUNTED - 1, max(FEW, isqrt(rows * everything))))

    def _rows(self, token: str, condition: Narrow) -> int:
        where = condition.where("d")
        kind = Sql(" AND d.kind = %s", (self.kind,)) if self.kind is not None else Sql("")
        text = f"SELECT COUNT(*) FROM (SELECT 1 FROM {ROWS} d WHERE {where.text}{kind.text} LIMIT {COUNTED}) n"  # noqa: S608 - constants
        return _number(token, text, (*where.params, *kind.params))


def rows_for(sql: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def may_be_kept(sql: str, params: Iterable[Any]) -> bool:
    """Whether a statement and its parameters take 10,000 bytes at most: a body may ask with some millions."""
    return sum(map(sys.getsizeof, (sql, *params))) <= LARGEST_KEPT


def _number(token: str, sql: str, params: tuple[Any, ...]) -> int:
    """A count, kept until the catalog changes where it may be."""
    return _kept_number(token, sql, params) if may_be_kept(sql, params) else int(rows_for(sql, params)[0][0])


@lru_cache(maxsize=2_000)
def _kept_number(token: str, sql: str, params: tuple[Any, ...]) -> int:
    return int(rows_for(sql, params)[0][0])


def _flat(conditions: Iterable[Condition]) -> Iterable[Condition]:
    for one in conditions:
        if isinstance(one, All):
            yield from _flat(one.parts)
        else:
            yield one


def _kind_of(condition: Condition) -> str:
    """The kind that a condition asks for alone, or ""."""
    if isinstance(condition, Has) and condition.key == "kind" and condition.values and len(condition.values) == 1:
        return condition.values[0]
    return ""
