"""The catalog over HTTP: Backstage's REST API, so that its clients work unchanged."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from plugins.catalog.rest import analysis, by_query, entities, facets, locations, refreshing, validity
from plugins.catalog.rest.answers import answer, empty
from plugins.catalog.rest.documents import asks
from plugins.catalog.rest.errors import error_body, understood
from plugins.catalog.rest.parameters import no_parameters
from plugins.catalog.revision import revision
from portal.api import cached
from portal.plugin import requires

__all__ = ["error_body", "router"]

router = Router(tags=["Catalog"])

FILTERS = ("fields", "limit", "offset", "filter")


@router.get("/entities", openapi_extra=asks(*FILTERS, "after", "order"))
@requires("catalog.read")
@cached(revision)
def list_entities(request: HttpRequest) -> HttpResponseBase:
    """List entities in the order of their references, or as asked; the Link header leads to the next page."""
    return understood(entities.listed, request)


@router.get(
    "/entities/by-query",
    openapi_extra=asks(*FILTERS, "orderField", "cursor", "totalItems", "fullTextFilterTerm", "fullTextFilterFields"),
)
@requires("catalog.read")
@cached(revision)
def query_entities(request: HttpRequest) -> HttpResponse:
    """Page through entities."""
    return understood(by_query.by_get, request)


@router.post(
    "/entities/by-query",
    openapi_extra=asks(
        body=("cursor", "limit", "offset", "orderBy", "fullTextFilter", "fields", "totalItems", "query")
    ),
)
@requires("catalog.read")
def query_entities_by_predicate(request: HttpRequest) -> HttpResponse:
    """Page through entities that a predicate describes."""
    no_parameters(request)
    return understood(by_query.by_post, request)


@router.post(
    "/entities/by-refs",
    openapi_extra=asks("filter", body=("entityRefs", "fields", "query"), required=("entityRefs",)),
)
@requires("catalog.read")
def read_entities_by_refs(request: HttpRequest) -> HttpResponseBase:
    """Return several entities, null in the place of one that is missing."""
    return understood(entities.by_refs, request)


@router.get("/entities/by-uid/{uid}")
@requires("catalog.read")
@cached(revision)
def read_entity_by_uid(request: HttpRequest, uid: str) -> HttpResponse:
    """Return one entity."""
    no_parameters(request)
    return understood(entities.by_uid, request, uid)


@router.delete("/entities/by-uid/{uid}")
@requires("catalog.delete")
def delete_entity_by_uid(request: HttpRequest, uid: str) -> HttpResponse:
    """Remove an entity until its file is read again."""
    no_parameters(request)
    entities.delete_by_uid(request, uid)
    return empty(204)


@router.get("/entities/by-name/{kind}/{namespace}/{name}")
@requires("catalog.read")
@cached(revision)
def read_entity(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Return one entity."""
    no_parameters(request)
    return understood(entities.by_name, request, kind, namespace, name)


@router.get("/entities/by-name/{kind}/{namespace}/{name}/ancestry")
@requires("catalog.read")
@cached(revision)
def read_ancestry(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Return one entity and the entities it came from."""
    no_parameters(request)
    return understood(entities.ancestry, request, kind, namespace, name)


@router.get("/entity-facets", openapi_extra=asks("facet", "filter", required=("facet",)))
@requires("catalog.read")
@cached(revision)
def read_facets(request: HttpRequest) -> HttpResponse:
    """Count the values of keys."""
    return understood(facets.by_get, request)


@router.post("/entity-facets", openapi_extra=asks(body=("facets", "query"), required=("facets",)))
@requires("catalog.read")
def read_facets_by_predicate(request: HttpRequest) -> HttpResponse:
    """Count the values of keys among entities that a predicate describes."""
    no_parameters(request)
    return understood(facets.by_post, request)


@router.post("/refresh", openapi_extra=asks(body=("entityRef",), required=("entityRef",)))
@requires("catalog.refresh")
def refresh_entity(request: HttpRequest) -> HttpResponse:
    """Read the file of an entity again."""
    no_parameters(request)
    refreshing.refresh_entity(request)
    return empty(200)


@router.get("/locations")
@requires("catalog.read")
def list_locations(request: HttpRequest) -> HttpResponse:
    """List the locations that were registered over the API."""
    no_parameters(request)
    return answer([{"data": one} for one in locations.listed()])


@router.post(
    "/locations", openapi_extra=asks("dryRun", "onConflict", body=("type", "target"), required=("type", "target"))
)
@requires("catalog.locations")
def create_location(request: HttpRequest) -> HttpResponse:
    """Register a location."""
    return answer(locations.create(request), 201)


@router.post("/locations/by-query", openapi_extra=asks(body=("cursor", "limit", "query")))
@requires("catalog.read")
def query_locations(request: HttpRequest) -> HttpResponse:
    """Page through the locations."""
    no_parameters(request)
    return answer(understood(locations.by_query, request))


@router.get("/locations/{id}")
@requires("catalog.read")
def read_location(request: HttpRequest, id: str) -> HttpResponse:
    """Return one location."""
    no_parameters(request)
    return answer(locations.found(id).as_json())


@router.put("/locations/{id}", openapi_extra=asks(body=("type", "target"), required=("type", "target")))
@requires("catalog.locations")
def update_location(request: HttpRequest, id: str) -> HttpResponse:
    """Let a location point elsewhere."""
    no_parameters(request)
    return answer(locations.update(request, id))


@router.delete("/locations/{id}")
@requires("catalog.locations")
def delete_location(request: HttpRequest, id: str) -> HttpResponse:
    """Forget a location and what it brought."""
    no_parameters(request)
    locations.remove(id)
    return empty(204)


@router.get("/locations/by-entity/{kind}/{namespace}/{name}")
@requires("catalog.read")
def read_location_of_entity(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Return the registered location that an entity came from."""
    no_parameters(request)
    return answer(locations.by_entity(request, kind, namespace, name))


@router.post("/analyze-location", openapi_extra=asks(body=("location",), required=("location",)))
@requires("catalog.read")
def analyze_location(request: HttpRequest) -> HttpResponse:
    """Propose an entity for a repository."""
    no_parameters(request)
    return answer(analysis.analyze(request))


@router.post("/validate-entity", openapi_extra=asks(body=("entity", "location"), required=("entity", "location")))
@requires("catalog.read")
def validate_entity(request: HttpRequest) -> HttpResponse:
    """Say whether an entity would be accepted."""
    no_parameters(request)
    errors = validity.errors_of(request)
    return answer({"errors": errors}, 400) if errors else empty(200)
