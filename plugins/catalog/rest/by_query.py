"""GET and POST /entities/by-query: pages of entities with cursors in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from plugins.catalog.queries import fields as projection
from plugins.catalog.queries.conditions import Condition, Mentions, among, searched
from plugins.catalog.queries.pages import BY_UID, Found, Listing, Order
from plugins.catalog.queries.predicates import Predicate, QueryError, condition_of, from_filters
from plugins.catalog.queries.selection import UID, Selection
from plugins.catalog.rest.answers import items, shown
from plugins.catalog.rest.cursors import Cursor, checked, orders_of
from plugins.catalog.rest.parameters import Body, Query
from plugins.catalog.revision import revision
from plugins.catalog.visibility import visible_to

DEFAULT_LIMIT = 200
MAX_LIMIT = 10_000
MAX_TEXT_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it first comes, without a cursor."""

    query: Predicate | None
    orders: tuple[Order, ...]
    text: str
    text_fields: tuple[str, ...]
    offset: int
    counted: bool


def by_get(request: HttpRequest) -> HttpResponse:
    """Answer a question that stands in the address."""
    query = Query(
        request,
        *("fields", "limit", "offset", "orderField", "cursor", "filter", "totalItems"),
        *("fullTextFilterTerm", "fullTextFilterFields"),
    )
    fields = projection.parse(query.texts("fields"))
    limit, offset = query.number("limit"), query.number("offset")
    counted = query.choice("totalItems", "include", "exclude") != "exclude"
    cursor = query.text("cursor")
    if cursor is not None:
        return _answer(request, Cursor.decode(cursor), limit, fields)
    asked = Asked(
        from_filters(query.texts("filter")),
        checked([_order(text) for text in query.texts("orderField")]),
        query.text("fullTextFilterTerm") or "",
        tuple(query.comma_separated("fullTextFilterFields")),
        offset or 0,
        counted,
    )
    return _answer(request, asked, limit, fields)


def by_post(request: HttpRequest) -> HttpResponse:
    """Answer a question that stands in the body."""
    body = Body.of(request, required=False)
    fields = projection.parse(body.texts("fields") or ())
    limit = body.number("limit")
    cursor = body.text("cursor")
    if cursor is not None:
        return _answer(request, Cursor.decode(cursor), limit, fields)
    text = body.part("fullTextFilter")
    total = body.text("totalItems") or "include"
    if total not in ("include", "exclude"):
        raise QueryError(f'Invalid totalItems value "{total}", expected one of: include, exclude')
    asked = Asked(
        body.mapping("query"),
        orders_of(body.parts("orderBy")),
        text.text("term") or "",
        tuple(text.texts("fields") or ()),
        body.number("offset") or 0,
        total != "exclude",
    )
    return _answer(request, asked, limit, fields)


def _order(text: str) -> Order:
    field, comma, stated = text.partition(",")
    order = stated.partition(",")[0] if comma else "asc"
    if order not in ("asc", "desc"):
        raise QueryError("Invalid order field order, must be asc or desc")
    return Order(searched(field), order == "desc")


def _answer(request: HttpRequest, asked: Asked | Cursor, limit: int | None, fields: tuple[str, ...]) -> HttpResponse:
    limit = min(DEFAULT_LIMIT if limit is None else limit, MAX_LIMIT)
    token = revision.token()
    selection = Selection.of(_conditions(request.user, asked))
    listing = Listing(selection, asked.orders or BY_UID, token)
    backwards = isinstance(asked, Cursor) and asked.is_previous
    if not limit:
        found: list[Found] = []
    elif isinstance(asked, Cursor):
        found = listing.from_place(asked.place, limit if backwards else limit + 1, backwards=backwards)
    else:
        found = listing.from_offset(asked.offset, limit + 1)
    has_more = bool(limit) and (backwards or len(found) > limit)
    found = found[:limit]
    if isinstance(asked, Cursor) and asked.total is not None:
        total = asked.total
    elif isinstance(asked, Cursor) or asked.counted:
        total = selection.count(token)
    else:
        total = 0
    pages = _cursors(asked, found, total, has_more) if found else {}
    return items((shown(one.data, fields) for one in found), {"totalItems": total, "pageInfo": pages})


def _conditions(user: Any, asked: Asked | Cursor) -> Iterable[Condition]:
    yield from among(visible_to(user))
    if asked.query is not None:
        yield condition_of(asked.query)
    if text := asked.text.strip():
        default = asked.orders[0].key if asked.orders else UID
        keys = tuple(dict.fromkeys(searched(field) for field in asked.text_fields)) or (default,)
        if len(keys) > MAX_TEXT_FIELDS:
            raise QueryError(f"Invalid full text filter, there may be {MAX_TEXT_FIELDS} fields at most")
        yield Mentions(searched(text), keys)


def _cursors(asked: Asked | Cursor, found: list[Found], total: int, has_more: bool) -> dict[str, str]:
    first, last = found[0].place, found[-1].place
    is_first_page = not isinstance(asked, Cursor)
    base = (
        asked
        if isinstance(asked, Cursor)
        else Cursor(asked.orders, asked.query, asked.text, asked.text_fields, last, first, False, total)
    )
    pages = {}
    if has_more:
        pages["nextCursor"] = replace(base, place=last, is_previous=False).encode()
    if not is_first_page and first != base.first_place:
        pages["prevCursor"] = replace(base, place=first, is_previous=True).encode()
    return pages
