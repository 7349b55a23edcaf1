"""The cursor of by-query: the whole question and a place in its answer, in Backstage's form."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from plugins.catalog.ingestion.search_rows import storable
from plugins.catalog.queries.conditions import searched
from plugins.catalog.queries.pages import MAX_ORDERS, Order, Place, places
from plugins.catalog.queries.predicates import Predicate, QueryError
from plugins.catalog.rest.parameters import MAX_NESTED, Body, nested_deeper, read_json


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a page was asked with; ``place`` is where the next one begins, or ends when ``is_previous``."""

    orders: tuple[Order, ...]
    query: Predicate | None
    text: str
    text_fields: tuple[str, ...]
    place: Place
    first_place: Place | None
    is_previous: bool
    total: int | None

    def encode(self) -> str:
        """As it goes into a URL; clients look for ``query`` in it."""
        data: dict[str, Any] = {
            "orderFields": [{"field": one.key, "order": "desc" if one.descending else "asc"} for one in self.orders],
            "isPrevious": self.is_previous,
        }
        if self.query is not None:
            data["query"] = self.query
        if self.text:
            data["fullTextFilter"] = {"term": self.text, "fields": list(self.text_fields)}
        data["orderFieldValues"] = list(self.place)
        if self.first_place is not None:
            data["firstSortFieldValues"] = list(self.first_place)
        if self.total is not None:
            data["totalItems"] = self.total
        return encode(data)

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Read a cursor. Raises QueryError and HttpError."""
        data = decode(text)
        text_filter = data.part("fullTextFilter")
        first = data.texts_or_nulls("firstSortFieldValues")
        found = cls(
            orders=orders_of(data.parts("orderFields", required=True)),
            query=data.mapping("query"),
            text=text_filter.text("term") or "",
            text_fields=tuple(text_filter.texts("fields") or ()),
            place=_place(data.texts_or_nulls("orderFieldValues", required=True) or ()),
            first_place=None if first is None else _place(first),
            is_previous=data.flag("isPrevious", required=True) or False,
            total=data.number("totalItems"),
        )
        if len(found.place) != places(found.orders) or found.place[-1] is None:
            raise QueryError("Malformed cursor: its values do not fit its order")
        return found


def orders_of(stated: Iterable[Body]) -> tuple[Order, ...]:
    """What is sorted by. Raises QueryError and HttpError."""
    orders = []
    for one in stated:
        field = searched(one.text("field", required=True) or "")
        orders.append(Order(field, one.choice("order", "asc", "desc", required=True) == "desc"))
    return checked(orders)


def checked(orders: Sequence[Order]) -> tuple[Order, ...]:
    """Orders, if they are not too many. Raises QueryError."""
    if len(orders) > MAX_ORDERS:
        raise QueryError(f"Invalid order fields, there may be {MAX_ORDERS} at most")
    return tuple(orders)


def encode(data: Any) -> str:
    """JSON in base64."""
    return base64.b64encode(json.dumps(data, separators=(",", ":")).encode()).decode()


def decode(text: str) -> Body:
    """The object in a cursor. Raises QueryError."""
    if not text:
        raise QueryError("Cursor cannot be empty")
    try:
        data = read_json(base64.b64decode(text, validate=True))
    except ValueError:
        raise QueryError("Malformed cursor, could not be parsed") from None
    if not isinstance(data, dict):
        raise QueryError("Malformed cursor, not an object")
    if nested_deeper(data, MAX_NESTED):
        raise QueryError(f"Malformed cursor, nested more than {MAX_NESTED} deep")
    return Body(data, "Malformed cursor: cursor")


def _place(values: Iterable[str | None]) -> Place:
    return tuple(None if value is None else storable(value) for value in values)
