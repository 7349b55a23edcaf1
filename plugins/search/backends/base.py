"""The interface of a search backend, and what all of them do in the same words of SQL."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from plugins.search.words import fold

COLUMNS = "d.id, d.type, d.title, d.title_key, d.name, d.name_key, d.weight"

# Each term is a list of alternatives; of each term one must begin a word.
Terms = Sequence[Sequence[str]]


class Entry(NamedTuple):
    """What is written for one document: words of its title and of the rest, and what stands for its type and fields."""

    id: int
    title: list[str]
    body: list[str]
    marks: list[str]
    infix: str


class Found(NamedTuple):
    """A document that matches; the higher the score the better, comparable within one search only."""

    id: int
    type: str
    title: str
    title_key: str
    name: str
    name_key: str
    weight: int
    score: float


def mark(key: str, value: str) -> str:
    """A word that no text contains and that stands for ``key=value``."""
    return f"zz{hashlib.sha256(f'{key}={fold(value)}'.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a user may find, and of these the ones asked for: of each tuple of marks one must hold.

    ``narrowed`` are further conditions on the document ``d``, with their parameters.
    """

    access: tuple[str, ...]
    audience: tuple[str, ...]
    now: datetime
    marks: tuple[tuple[str, ...], ...] = ()
    narrowed: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def of_types(self, types: Iterable[str]) -> Scope:
        """The same for some types."""
        return replace(self, marks=(*self.marks, tuple(mark("type", one) for one in types)))

    @property
    def condition(self) -> tuple[str, list[Any]]:
        """The condition on the document that every query has, and its parameters."""
        access, audience = (", ".join(["%s"] * len(one)) or "NULL" for one in (self.access, self.audience))
        sql = f"d.access IN ({access}) AND d.audience IN ({audience}) AND (d.not_before IS NULL OR d.not_before <= %s)"
        params: list[Any] = [*self.access, *self.audience, self.now]
        for condition, values in self.narrowed:
            sql += f" AND ({condition})"
            params += values
        return sql, params


class Backend(ABC):
    """Keeps and finds words. Nothing that a user types is ever part of the SQL, or unquoted in a match expression."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    @abstractmethod
    def create(self) -> str:
        """Make the tables. Returns what admins should know, or ""."""

    @abstractmethod
    def drop(self) -> None:
        """Remove the tables."""

    @abstractmethod
    def lock(self) -> None:
        """Let no other transaction write to the index until this one has ended."""

    @abstractmethod
    def write(self, entries: Sequence[Entry]) -> None:
        """Replace what is kept for these documents."""

    @abstractmethod
    def remove(self, ids: Sequence[int]) -> None:
        """Forget these documents."""

    @abstractmethod
    def tidy(self) -> None:
        """Bring the tables into their best order after a rebuild."""

    @abstractmethod
    def by_words(
        self, terms: Terms, scope: Scope, limit: int, *, titles: bool = False, scored_beyond: int | None = None
    ) -> list[Found]:
        """Documents with a word for each term, with ``titles`` in their title; the first ``limit`` that are met.

        Fewer than ``limit`` are all there are. These have a score when they are more than ``scored_beyond``.
        """

    @abstractmethod
    def by_infix(self, terms: Sequence[str], scope: Scope, limit: int) -> list[Found]:
        """Documents whose title or name contains each term, of three characters or more, anywhere."""

    @abstractmethod
    def by_marks(self, scope: Scope, limit: int) -> list[Found]:
        """The first ``limit`` documents in scope, by title."""

    @abstractmethod
    def known(self, prefixes: Iterable[str], limit: int) -> list[str]:
        """Words of titles that begin with one of ``prefixes``."""

    @abstractmethod
    def status(self) -> str:
        """How it works here, in one line."""

    def by_key(self, key: str, scope: Scope, limit: int) -> list[Found]:
        """Documents whose title or name, written as one word, begins with ``key``; equal ones first."""
        condition, params = scope.condition
        join, marked, marks = self._marked(scope)
        beyond = key + "\U0010ffff"
        parts = []
        for column in ("title_key", "name_key"):
            parts.append(
                f"SELECT * FROM (SELECT {COLUMNS}, 0.0 FROM search_document d {join} "  # noqa: S608 - constants only
                f"WHERE {self._range(f'd.{column}')} AND {condition}{marked} ORDER BY d.{column}{self.collation} "
                f"LIMIT {int(limit)}) x"
            )
        return self._found(" UNION ".join(parts), [key, beyond, *params, *marks] * 2)

    def contents(self, ids: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
        """Of documents the further fields as JSON, text, address and owner."""
        marks = ", ".join(["%s"] * len(ids)) or "NULL"
        sql = f"SELECT d.id, d.fields_json, d.text, d.url, d.owner FROM search_document d WHERE d.id IN ({marks})"  # noqa: S608 - marks only
        return {id_: (fields, text, url, owner) for id_, fields, text, url, owner in self._run(sql, ids)}

    collation = ""

    def _range(self, column: str) -> str:
        return f"{column}{self.collation} >= %s AND {column}{self.collation} < %s"

    @abstractmethod
    def _marked(self, scope: Scope) -> tuple[str, str, list[str]]:
        """A join, a condition and its parameters that hold the marks of a scope."""

    def _found(self, sql: str, params: Sequence[Any]) -> list[Found]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [Found._make(row) for row in cursor.fetchall()]

    def _run(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall()) if cursor.description else []
