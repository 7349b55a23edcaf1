"""GET and POST /entity-facets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError

from plugins.catalog.queries.conditions import among
from plugins.catalog.queries.facets import facets
from plugins.catalog.queries.predicates import QueryError, condition_of, from_filters
from plugins.catalog.queries.selection import Selection
from plugins.catalog.rest.answers import answer
from plugins.catalog.rest.parameters import Body, Query
from plugins.catalog.revision import revision
from plugins.catalog.visibility import visible_to

MAX_FACETS = 100


def by_get(request: HttpRequest) -> HttpResponse:
    """Count the values of the keys ``facet`` among what ``filter`` leaves."""
    query = Query(request, "facet", "filter")
    if not query.texts("facet"):
        raise HttpError(400, "request/query must have required property 'facet'")
    names = [name for name in query.texts("facet") if name]
    if not names:
        raise QueryError("Missing facet parameter")
    return _answer(request.user, names, from_filters(query.texts("filter")))


def by_post(request: HttpRequest) -> HttpResponse:
    """Count the values of the keys ``facets`` among what ``query`` leaves."""
    body = Body.of(request)
    names = [name for name in body.texts("facets", required=True) or () if name]
    if not names:
        raise QueryError("Missing or empty facets parameter")
    return _answer(request.user, names, body.mapping("query"))


def _answer(user: Any, names: Sequence[str], predicate: Any) -> HttpResponse:
    if len(names) > MAX_FACETS:
        raise QueryError(f"Too many facets, there may be {MAX_FACETS} at most")
    asked = (condition_of(predicate),) if predicate is not None else ()
    found = facets(Selection.of((*among(visible_to(user)), *asked)), names, revision.token())
    return answer(
        {
            "facets": {
                name: [{"value": value, "count": number} for value, number in counts] for name, counts in found.items()
            }
        }
    )
