"""Locations that are registered over the API: read at once, and again with all the others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError

from plugins.catalog import registering
from plugins.catalog.ingestion.documents import ORIGIN_KEY
from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.ingestion.search_rows import storable
from plugins.catalog.models import RegisteredLocation, SearchRow
from plugins.catalog.reading.allow_list import parse
from plugins.catalog.refs import EntityRef
from plugins.catalog.rest.cursors import decode, encode
from plugins.catalog.rest.location_predicates import condition_of
from plugins.catalog.rest.parameters import Body, Query
from plugins.catalog.visibility import visible_to
from portal.api import config

ALLOWED = ("url",)
DEFAULT_LIMIT = 1_000


def listed() -> list[dict[str, Any]]:
    """Every registered location."""
    return [one.as_json() for one in RegisteredLocation.objects.all()]


def found(id: str) -> RegisteredLocation:
    """The location with this id. Raises HttpError."""
    location = RegisteredLocation.objects.filter(pk=id).first() if id.isprintable() else None
    if location is None:
        raise HttpError(404, f"Found no location with ID {id}")
    return location


def create(request: HttpRequest) -> dict[str, Any]:
    """Register a location and read it, or with ?dryRun=true say what would come of it. Raises HttpError."""
    query = Query(request, "dryRun", "onConflict")
    stated = config.of("catalog")
    on_conflict = query.choice("onConflict", "refresh", "reject") or stated.defaultLocationConflictStrategy
    location = _stated(request, "presence")
    if (query.text("dryRun") or "").strip().lower() in ("true", "1", "yes", "y", "on"):
        return _tried(location)
    _refuse_if_readonly()
    try:
        registering.register(location)
    except registering.AlreadyRegistered:
        if on_conflict == "reject":
            raise HttpError(409, f"Location {location} already exists") from None
        location = RegisteredLocation.objects.get(digest=location.digest)
        registering.read(location)
    return {"location": location.as_json(), "entities": []}


def _tried(location: RegisteredLocation) -> dict[str, Any]:
    preview = registering.preview(location)
    if not preview.stated and preview.problems:
        raise HttpError(400, f"Error: Unable to read {location.type}, {preview.problems[0].reason}")
    if preview.problems:
        raise HttpError(400, ", ".join(one.reason for one in preview.problems))
    refs: set[str] = set()
    for one in preview.entities:
        if one.ref in refs:
            raise HttpError(400, f"Duplicate nested entity: {one.ref}")
        refs.add(one.ref)
    exists = RegisteredLocation.objects.filter(digest=location.digest).exists()
    entities = [found.entity for found in preview.entities]
    # One that is not stored has no id of its own yet.
    tried = location.as_json() | {"id": str(location)}
    return {"exists": exists, "location": tried, "entities": entities}


def update(request: HttpRequest, id: str) -> dict[str, Any]:
    """Change type and target of a location; its id stays, its entity is that of the new target. Raises HttpError."""
    _refuse_if_readonly()
    stated, location = _stated(request), found(id)
    try:
        registering.move(location, stated)
    except registering.AlreadyRegistered:
        raise HttpError(409, f"Location {stated} already exists") from None
    return location.as_json()


def remove(id: str) -> None:
    """Forget a location and what it brought. Raises HttpError."""
    _refuse_if_readonly()
    registering.remove(found(id))


def _refuse_if_readonly() -> None:
    if registering.is_readonly():
        raise HttpError(403, "This operation not allowed in readonly mode")


def by_query(request: HttpRequest) -> dict[str, Any]:
    """A page of locations by their ids. Raises QueryError and HttpError."""
    body = Body.of(request, required=False)
    cursor = body.text("cursor")
    state = body if cursor is None else decode(cursor)
    after = storable(state.text("afterId") or "") if cursor is not None else ""
    query, limit = state.mapping("query"), state.number("limit", least=1) or DEFAULT_LIMIT
    locations = RegisteredLocation.objects.all()
    if query is not None:
        locations = locations.filter(condition_of(query))
    page = list(locations.filter(id__gt=after)[: limit + 1])
    info = {}
    if len(page) > limit:
        following = {"limit": limit, "afterId": page[limit - 1].id, **({"query": query} if query is not None else {})}
        info = {"nextCursor": encode(following)}
    return {"items": [one.as_json() for one in page[:limit]], "totalItems": locations.count(), "pageInfo": info}


def by_entity(request: HttpRequest, kind: str, namespace: str, name: str) -> dict[str, Any]:
    """The registered location that an entity was read from. Raises HttpError."""
    ref = str(EntityRef(kind, namespace, name))
    entity = visible_to(request.user).filter(ref=ref).only("pk").first() if ref.isprintable() else None
    if entity is None:
        raise HttpError(404, f"found no entity for ref {ref}")
    row = SearchRow.objects.filter(entity=entity, key=ORIGIN_KEY, value__isnull=False).first()
    if row is None:
        raise HttpError(404, f"found no origin annotation for ref {ref}")
    type_, _, target = (row.original or row.value or "").partition(":")
    location = RegisteredLocation.objects.filter(digest=registering.digest(type_, target)).first()
    if location is None:
        raise HttpError(404, f"Found no location with type {type_} and target {target}")
    return location.as_json()


def _stated(request: HttpRequest, *more: str) -> RegisteredLocation:
    body = Body.of(request)
    type_, target = body.text("type", required=True) or "", body.text("target", required=True) or ""
    body.only("type", "target", *more)
    body.choice("presence", "required", "optional")
    if type_ not in ALLOWED:
        raise HttpError(400, 'Registered locations must be of an allowed type ["url"]')
    try:
        parse(target)
    except Unreadable as error:
        raise HttpError(400, f"Malformed request: {error}. {error.fix}") from None
    return registering.location(type_, target)
