"""The cursor of by-query: the whole question and a place in its answer, in Backstage's form."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from plugins.catalog.queries.pages import Order, Place, places
from plugins.catalog.queries.predicates import Predicate, QueryError


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a page was asked with; ``place`` is where the next one begins, or ends when ``is_previous``."""

    orders: tuple[Order, ...]
    query: Predicate | None
    text: str
    text_fields: tuple[str, ...]
    place: Place
    first_place: Place
    is_previous: bool
    total: int

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
        data |= {
            "orderFieldValues": list(self.place),
            "firstSortFieldValues": list(self.first_place),
            "totalItems": self.total,
        }
        return encode(data)

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Read a cursor. Raises QueryError."""
        data = decode(text)
        try:
            found = cls(
                orders=tuple(Order(_text(one["field"]), _descending(one["order"])) for one in data["orderFields"]),
                query=data.get("query"),
                text=_text(data.get("fullTextFilter", {}).get("term", "")),
                text_fields=tuple(map(_text, data.get("fullTextFilter", {}).get("fields", ()))),
                place=tuple(map(_value, data["orderFieldValues"])),
                first_place=tuple(map(_value, data["firstSortFieldValues"])),
                is_previous=_flag(data["isPrevious"]),
                total=_count(data["totalItems"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise QueryError(f"Malformed cursor: {error}") from None
        if len(found.place) != places(found.orders) or found.place[-1] is None:
            raise QueryError("Malformed cursor: its values do not fit its order")
        return found


def encode(data: Any) -> str:
    """JSON in base64."""
    return base64.b64encode(json.dumps(data, separators=(",", ":")).encode()).decode()


def decode(text: str) -> dict[str, Any]:
    """The object in a cursor. Raises QueryError."""
    try:
        data = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise QueryError("Malformed cursor, could not be parsed") from None
    if not isinstance(data, dict):
        raise QueryError("Malformed cursor, not an object")
    return data


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} is not a text")
    return value


def _value(value: Any) -> str | None:
    return None if value is None else _text(value)


def _descending(value: Any) -> bool:
    if value not in ("asc", "desc"):
        raise ValueError("an order must be asc or desc")
    return bool(value == "desc")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("isPrevious must be a boolean")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("totalItems must be a number")
    return value
