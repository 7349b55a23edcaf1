"""Entities: all of them, one by its uid or name, several by their references, and where one comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.errors import HttpError

from plugins.catalog.ancestry import lineage
from plugins.catalog.models import Entity
from plugins.catalog.queries import fields as projection
from plugins.catalog.queries.conditions import among, searched
from plugins.catalog.queries.pages import MAX_ORDERS, Listing, Order
from plugins.catalog.queries.predicates import QueryError, condition_of, from_filters
from plugins.catalog.queries.selection import Selection, rows_for
from plugins.catalog.refresh import remove
from plugins.catalog.refs import EntityRef
from plugins.catalog.rest.answers import encoded, raw, shown, streamed
from plugins.catalog.rest.cursors import decode, encode
from plugins.catalog.rest.parameters import Body, Query
from plugins.catalog.revision import revision
from plugins.catalog.visibility import visible_to
from portal.api import LeaseTaken

STREAMED = 1_000
MAX_REFS = 10_000


def listed(request: HttpRequest) -> HttpResponseBase:
    """GET /entities: every match, or a page with a Link to the next."""
    query = Query(request, "fields", "limit", "filter", "offset", "after", "order")
    fields = projection.parse(query.texts("fields"))
    limit, offset = query.number("limit"), query.number("offset")
    if limit == 0:
        raise QueryError("Invalid limit, must be greater than zero")
    after = query.text("after")
    if after is not None:
        limit, offset = _after(after, limit, offset)
    predicate = from_filters(query.texts("filter"))
    asked = (condition_of(predicate),) if predicate is not None else ()
    selection = Selection.of((*among(visible_to(request.user)), *asked))
    listing = Listing(selection, [_order(text) for text in query.texts("order")][:MAX_ORDERS], revision.token())
    if limit is None:
        return _all(listing, fields, offset or 0)
    found = listing.from_offset(offset or 0, limit + 1)
    response = raw(f"[{','.join(shown(one.data, fields) for one in found[:limit])}]")
    if len(found) > limit:
        address = request.GET.copy()
        address.pop("offset", None)
        address["after"] = encode({"limit": limit, "offset": (offset or 0) + limit})
        response["Link"] = f'</entities?{address.urlencode()}>; rel="next"'
    return response


def _after(after: str, limit: int | None, offset: int | None) -> tuple[int | None, int | None]:
    cursor = decode(after)
    stated_limit, stated_offset = cursor.number("limit", least=1), cursor.number("offset")
    return (
        limit if stated_limit is None else stated_limit,
        offset if stated_offset is None else stated_offset,
    )


def _order(text: str) -> Order:
    direction, colon, field = text.partition(":")
    if direction not in ("asc", "desc") or not field:
        raise QueryError(f'Invalid order parameter "{text}", expected "<asc or desc>:<field name>"')
    return Order(searched(field), direction == "desc")


def _all(listing: Listing, fields: tuple[str, ...], offset: int) -> HttpResponseBase:
    """Everything from ``offset`` on, written as it is read when it is much."""
    first = listing.from_offset(offset, STREAMED)
    if len(first) < STREAMED:
        return raw(f"[{','.join(shown(one.data, fields) for one in first)}]")

    def texts() -> Iterator[str]:
        batch = first
        while batch:
            yield from (shown(one.data, fields) for one in batch)
            batch = listing.from_place(batch[-1].place, STREAMED) if len(batch) == STREAMED else []

    return streamed("[", texts(), "]")


def by_uid(request: HttpRequest, uid: str) -> HttpResponse:
    """One entity by its uid."""
    found = _data(request.user, uid=uid.lower())
    if found is None:
        raise HttpError(404, f"No entity with uid {uid}")
    return raw(found)


def delete_by_uid(request: HttpRequest, uid: str) -> None:
    """Remove an entity; it comes back when its file is read again and still has it."""
    found = visible_to(request.user).filter(uid=uid.lower()).values_list("ref", flat=True)
    if "\0" not in uid and (refs := list(found)):
        try:
            remove(refs)
        except LeaseTaken:
            raise HttpError(503, "The catalog's files are being read: try again when that is done") from None


def by_name(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """One entity by its name."""
    found = _data(request.user, ref=str(EntityRef(kind, namespace, name)))
    if found is None:
        raise HttpError(404, f"No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'")
    return raw(found)


def ancestry(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """The entity and the location entities that led to it, up to the one that is configured or registered."""
    ref = str(EntityRef(kind, namespace, name))
    visible = visible_to(request.user)
    entity = visible.filter(ref=ref).first() if ref.isprintable() else None
    if entity is None:
        raise HttpError(404, f"No such entity {ref}")
    line = list(lineage(entity, visible))
    parents = [encoded([one.ref]) for one in line[1:]] + ["[]"]
    found = ",".join(
        f'{{"entity":{one.data},"parentEntityRefs":{refs}}}' for one, refs in zip(line, parents, strict=True)
    )
    return raw(f'{{"rootEntityRef":{encoded(ref)},"items":[{found}]}}')


def by_refs(request: HttpRequest) -> HttpResponseBase:
    """Several entities in the order of their references, null for each that is missing or does not match.

    There may be 10,000 references; the same entity may be named many times, so what is much is written as it is read.
    """
    body = Body.of(request)
    query = Query(request, "filter")
    refs = [ref.lower() for ref in body.texts("entityRefs", required=True) or ()]
    if len(refs) > MAX_REFS:
        raise QueryError(f"Too many entity references, there may be {MAX_REFS} at most")
    # Unlike those of by-query they are not split at commas.
    fields = projection.distinct(body.texts("fields") or ())
    asked = [one for one in (from_filters(query.texts("filter")), body.mapping("query")) if one is not None]
    selection = Selection.of((*among(visible_to(request.user)), condition_of({"$all": asked})))
    where = selection.where("e.id")

    def texts(batch: Sequence[str]) -> Iterator[str]:
        known = [ref for ref in dict.fromkeys(batch) if ref.isprintable()]
        marks = ", ".join(["%s"] * len(known)) or "NULL"
        text = f"SELECT e.ref, e.data FROM {Entity._meta.db_table} e WHERE e.ref IN ({marks}){where.text}"  # noqa: S608 - constants
        found = {ref: shown(data, fields) for ref, data in rows_for(text, (*known, *where.params))}
        return (found.get(ref, "null") for ref in batch)

    batches = (refs[start : start + STREAMED] for start in range(0, len(refs), STREAMED))
    return streamed('{"items":[', chain.from_iterable(map(texts, batches)), "]}")


def _data(user: Any, *, uid: str = "", ref: str = "") -> str | None:
    """The JSON of the entity with this uid or reference, if ``user`` may see it."""
    column, value = ("uid", uid) if uid else ("ref", ref)
    if not value.isprintable():
        return None
    where = Selection.of(among(visible_to(user))).where("e.id")
    text = f"SELECT e.data FROM {Entity._meta.db_table} e WHERE e.{column} = %s{where.text}"  # noqa: S608 - constants
    return next(chain.from_iterable(rows_for(text, (value, *where.params))), None)
