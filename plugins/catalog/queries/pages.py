"""One page of entities in order, from an offset or from a place in the order, forwards or backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugins.catalog.queries.conditions import ENTITIES, ROWS, Sql, joined
from plugins.catalog.queries.selection import UID, Narrow, Selection, rows_for

MAX_ORDERS = 8
Place = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A key to sort by, in lower case. Entities without it come last in both directions."""

    key: str
    descending: bool = False


BY_UID = (Order(UID),)


def places(orders: Sequence[Order]) -> int:
    """How many values a place in this order has: those of its keys and the reference, or just a uid or reference."""
    return 1 if not orders or orders[0].key == UID else len(orders) + 1


@dataclass(frozen=True, slots=True)
class Found:
    """One entity: its place in the order, and its JSON."""

    place: Place
    data: str


@dataclass(frozen=True, slots=True)
class Term:
    """One expression that is sorted by."""

    expression: str
    descending: bool = False
    has_nulls: bool = False

    def sql(self, name: str, backwards: bool) -> str:
        """For ORDER BY: nulls last, or first when the order is read backwards."""
        direction = " DESC" if self.descending != backwards else ""
        nulls = f" NULLS {'FIRST' if backwards else 'LAST'}" if self.has_nulls else ""
        return f"{name}{direction}{nulls}"

    def beyond(self, value: str | None, backwards: bool) -> Sql | None:
        """What comes strictly after ``value`` in this term, or before it; None when nothing can."""
        if value is None:
            return Sql(f"{self.expression} IS NOT NULL") if backwards else None
        sign = "<" if self.descending != backwards else ">"
        comparison = f"{self.expression} {sign} %s"
        if self.has_nulls and not backwards:
            return Sql(f"({comparison} OR {self.expression} IS NULL)", (value,))
        return Sql(comparison, (value,))

    def same(self, value: str | None) -> Sql:
        """What stands beside ``value`` in this term."""
        return Sql(f"{self.expression} IS NULL") if value is None else Sql(f"{self.expression} = %s", (value,))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the whole order that one statement can read: those with the first key, then those without."""

    source: Sql
    entity: str
    terms: tuple[Term, ...]
    where: Sql
    is_rest: bool = False


class Listing:
    """A selection in an order. ``token`` is the catalog's revision."""

    def __init__(self, selection: Selection, orders: Sequence[Order], token: str) -> None:
        self._selection = selection
        self._orders = tuple(orders[:MAX_ORDERS])
        self._token = token

    def from_offset(self, offset: int, limit: int) -> list[Found]:
        """At most ``limit`` entities after the first ``offset``."""
        found: list[Found] = []
        for part in self._parts(offset + limit):
            found += self._read(part, limit - len(found), offset=offset)
            if len(found) >= limit:
                break
            offset = 0 if found else max(0, offset - self._count(part))
        return found

    def from_place(self, place: Place, limit: int, *, backwards: bool = False) -> list[Found]:
        """At most ``limit`` entities after ``place`` or before it, in the order of the listing."""
        parts = self._parts(limit)
        starts_in_rest = len(parts) > 1 and place[0] is None
        if backwards:
            parts = parts[::-1] if starts_in_rest else parts[:1]
        elif starts_in_rest:
            parts = parts[1:]
        found: list[Found] = []
        for index, part in enumerate(parts):
            found += self._read(part, limit - len(found), beyond=None if index else place, backwards=backwards)
            if len(found) >= limit:
                break
        return found[::-1] if backwards else found

    def _parts(self, rows: int) -> list[Part]:
        driver = self._selection.driver_of_page(self._token, rows)
        if not self._orders:
            return [self._by_ref(driver)]
        first = self._orders[0]
        if first.key == UID:
            return [self._with_key(first, driver)]
        return [self._with_key(first, driver), self._without_key(first, driver)]

    def _by_ref(self, driver: Narrow | None) -> Part:
        begin = _begin(driver)
        source = Sql(f"{begin.text}{ENTITIES} e", begin.params)
        link = " AND e.id = m.entity_id" if driver else ""
        where = self._selection.where("e.id", besides=driver)
        return Part(source, "e.id", (Term("e.ref"),), Sql(f"1 = 1{link}{where.text}", where.params))

    def _with_key(self, first: Order, driver: Narrow | None) -> Part:
        where = self._selection.where("s.entity_id", "s", besides=driver)
        condition = Sql(f"s.key = %s AND s.is_first AND s.value IS NOT NULL{where.text}", (first.key, *where.params))
        terms = (Term("s.value", first.descending), *self._further())
        return self._part(driver, terms, condition)

    def _without_key(self, first: Order, driver: Narrow | None) -> Part:
        where = self._selection.where("s.entity_id", "s", besides=driver)
        lacks = (
            f" AND NOT EXISTS (SELECT 1 FROM {ROWS} n WHERE n.entity_id = s.entity_id AND n.key = %s "  # noqa: S608 - constants
            "AND n.is_first AND n.value IS NOT NULL)"
        )
        condition = Sql(f"s.key = %s{where.text}{lacks}", (UID, *where.params, first.key))
        return self._part(driver, (Term("NULL"), *self._further()), condition, is_rest=True)

    def _further(self) -> tuple[Term, ...]:
        if self._orders[0].key == UID:
            return ()
        others = enumerate(self._orders[1:], 1)
        return (
            *(Term(f"o{number}.value", order.descending, has_nulls=True) for number, order in others),
            Term("e.ref"),
        )

    def _part(self, driver: Narrow | None, terms: tuple[Term, ...], condition: Sql, *, is_rest: bool = False) -> Part:
        begin = _begin(driver)
        joins = "".join(
            f" LEFT JOIN {ROWS} o{number} ON o{number}.entity_id = s.entity_id AND o{number}.key = %s "
            f"AND o{number}.is_first"
            for number, _ in enumerate(self._orders[1:], 1)
        )
        entity = f" JOIN {ENTITIES} e ON e.id = s.entity_id" if any(one.expression == "e.ref" for one in terms) else ""
        keys = tuple(order.key for order in self._orders[1:]) if joins else ()
        source = Sql(f"{begin.text}{ROWS} s{entity}{joins}", (*begin.params, *keys))
        link = "s.entity_id = m.entity_id AND " if driver else ""
        return Part(source, "s.entity_id", terms, Sql(link + condition.text, condition.params), is_rest)

    def _read(
        self, part: Part, limit: int, *, offset: int = 0, beyond: Place | None = None, backwards: bool = False
    ) -> list[Found]:
        if limit <= 0:
            return []
        where = part.where
        if beyond is not None:
            start = 1 if part.is_rest else 0
            after = _beyond(part.terms[start:], beyond[start:], backwards)
            where = Sql(f"{where.text} AND {after.text}", (*where.params, *after.params))
        columns = ", ".join(f"{term.expression} AS t{index}" for index, term in enumerate(part.terms))
        sorted_terms = [(index, term) for index, term in enumerate(part.terms) if term.expression != "NULL"]
        inner_order = ", ".join(term.sql(term.expression, backwards) for _, term in sorted_terms)
        outer_order = ", ".join(term.sql(f"p.t{index}", backwards) for index, term in sorted_terms)
        inner = (
            f"SELECT {part.entity} AS id, {columns} FROM {part.source.text} WHERE {where.text} "  # noqa: S608 - constants
            f"ORDER BY {inner_order} LIMIT %s" + (" OFFSET %s" if offset else "")
        )
        names = ", ".join(f"p.t{index}" for index, _ in enumerate(part.terms))
        text = f"SELECT x.data, {names} FROM ({inner}) p JOIN {ENTITIES} x ON x.id = p.id ORDER BY {outer_order}"  # noqa: S608 - constants
        params = (*part.source.params, *where.params, limit, *((offset,) if offset else ()))
        return [Found(tuple(place), data) for data, *place in rows_for(text, params)]

    def _count(self, part: Part) -> int:
        text = f"SELECT COUNT(*) FROM {part.source.text} WHERE {part.where.text}"  # noqa: S608 - constants
        return int(rows_for(text, (*part.source.params, *part.where.params))[0][0])


def _begin(driver: Narrow | None) -> Sql:
    """The ids of what ``driver`` finds, to be joined with what follows."""
    if driver is None:
        return Sql("")
    where = driver.where("d")
    # CROSS JOIN keeps SQLite from beginning with the other table.
    return Sql(f"(SELECT DISTINCT d.entity_id FROM {ROWS} d WHERE {where.text}) m CROSS JOIN ", where.params)  # noqa: S608 - constants


def _beyond(terms: Sequence[Term], place: Place, backwards: bool) -> Sql:
    """Strictly after ``place`` in lexicographic order, or before it."""
    ways: list[Sql] = []
    for index, (term, value) in enumerate(zip(terms, place, strict=True)):
        beyond = term.beyond(value, backwards)
        if beyond is not None:
            same = [one.same(other) for one, other in zip(terms[:index], place[:index], strict=True)]
            ways.append(joined((*same, beyond), " AND "))
    found = joined(ways, " OR ")
    edge = _edge(terms[0], place[0], backwards)
    return Sql(f"({found.text}){edge.text}", (*found.params, *edge.params))


def _edge(term: Term, value: str | None, backwards: bool) -> Sql:
    """A bound that an index can start at, which the alternatives hide."""
    if value is None or term.has_nulls:
        return Sql("")
    sign = "<=" if term.descending != backwards else ">="
    return Sql(f" AND {term.expression} {sign} %s", (value,))
