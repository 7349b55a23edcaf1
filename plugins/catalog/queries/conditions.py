"""Conditions on entities, and the SQL they become. Values are always parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from plugins.catalog.ingestion.search_rows import storable
from plugins.catalog.models import SEARCHED, Entity, SearchRow

ROWS = SearchRow._meta.db_table
ENTITIES = Entity._meta.db_table


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its parameters."""

    text: str
    params: tuple[Any, ...] = ()


NOTHING = Sql("1 = 0")


def joined(parts: Iterable[Sql], separator: str) -> Sql:
    """The pieces with ``separator`` between them."""
    parts = list(parts)
    return Sql(separator.join(part.text for part in parts), tuple(param for part in parts for param in part.params))


class Condition(Protocol):
    """Something that holds for an entity or not."""

    def sql(self, entity: str) -> Sql:
        """The condition on the entity whose id is the expression ``entity``."""
        ...


@dataclass(frozen=True, slots=True)
class Has:
    """The entity has a row under ``key``: any, one with one of ``values``, or one that begins with ``prefix``."""

    key: str
    values: tuple[str, ...] | None = None
    prefix: str | None = None

    def where(self, row: str) -> Sql:
        """The condition on the row ``row``."""
        if self.prefix is not None:
            if len(self.prefix) > SEARCHED:
                return NOTHING
            pattern = escaped(self.prefix) + "%"
            return Sql(rf"{row}.key = %s AND {row}.value LIKE %s ESCAPE '\'", (self.key, pattern))
        if self.values is None:
            return Sql(f"{row}.key = %s", (self.key,))
        if len(self.values) == 1:
            return Sql(f"{row}.key = %s AND {row}.value = %s", (self.key, *self.values))
        if not self.values:
            return NOTHING
        return Sql(f"{row}.key = %s AND {row}.value IN ({_marks(self.values)})", (self.key, *self.values))

    def sql(self, entity: str) -> Sql:
        return _exists(self.where("f"), entity)


@dataclass(frozen=True, slots=True)
class Mentions:
    """One of the rows under ``keys`` contains ``text``, which is in lower case."""

    text: str
    keys: tuple[str, ...]

    def where(self, row: str) -> Sql:
        """The condition on the row ``row``."""
        if len(self.text) > SEARCHED:
            return NOTHING
        pattern = f"%{escaped(self.text)}%"
        return Sql(rf"{row}.key IN ({_marks(self.keys)}) AND {row}.value LIKE %s ESCAPE '\'", (*self.keys, pattern))

    def sql(self, entity: str) -> Sql:
        return _exists(self.where("f"), entity)


@dataclass(frozen=True, slots=True)
class All:
    """Every one of ``parts`` holds."""

    parts: tuple[Condition, ...]

    def sql(self, entity: str) -> Sql:
        inner = joined((part.sql(entity) for part in self.parts), " AND ")
        return Sql(f"({inner.text})", inner.params) if self.parts else Sql("1 = 1")


@dataclass(frozen=True, slots=True)
class Any_:
    """One of ``parts`` holds."""

    parts: tuple[Condition, ...]

    def sql(self, entity: str) -> Sql:
        inner = joined((part.sql(entity) for part in self.parts), " OR ")
        return Sql(f"({inner.text})", inner.params) if self.parts else Sql("1 = 0")


@dataclass(frozen=True, slots=True)
class Not:
    """``part`` does not hold."""

    part: Condition

    def sql(self, entity: str) -> Sql:
        inner = self.part.sql(entity)
        return Sql(f"NOT ({inner.text})", inner.params)


@dataclass(frozen=True, slots=True)
class Among:
    """The entity is in a query set."""

    text: str
    params: tuple[Any, ...]

    def sql(self, entity: str) -> Sql:
        return Sql(f"{entity} IN ({self.text})", self.params)


def among(entities: QuerySet[Entity]) -> tuple[Condition, ...]:
    """The condition that ``entities`` are, which is none when they are all."""
    query = entities.query
    if query.is_empty():
        return (Any_(()),)
    if not query.where and not query.is_sliced:
        return ()
    text, params = entities.order_by().values("pk").query.sql_with_params()
    return (Among(text, tuple(params)),)


def searched(text: str) -> str:
    """A key or value as search rows have it."""
    return storable(text.lower())


def escaped(text: str) -> str:
    """For LIKE with a backslash as its escape."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _exists(where: Sql, entity: str) -> Sql:
    return Sql(f"EXISTS (SELECT 1 FROM {ROWS} f WHERE f.entity_id = {entity} AND {where.text})", where.params)  # noqa: S608 - constants


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join(["%s"] * len(values))
