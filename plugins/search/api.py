"""Search over HTTP, in Backstage's shape."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.responses import codes_4xx
from pydantic import ConfigDict

from plugins.search.backends import Found, Scope, backend
from plugins.search.finding import Query, Search, scope_of, types_of
from plugins.search.revision import revision, seconds_until_more
from plugins.search.updates import worker
from portal.api import SearchType, cached
from portal.plugin import requires

router = Router(tags=["Search"])

TERM = 100
PAGE = 25
LARGEST_PAGE = 100
REACH = 1000

_ERRORS: Mapping[int, str] = {
    400: "InputError",
    401: "AuthenticationError",
    403: "NotAllowedError",
    404: "NotFoundError",
    503: "ServiceUnavailableError",
}

_LIST = re.compile(r"types(?:\[\d*\])?")
_FILTER = re.compile(r"filters\[([^\[\]]+)\](?:\[\d*\])?")


class Invalid(ValueError):
    """A parameter that can't be answered; the message says which and why."""


class DocumentOut(Schema):
    """A document as it was indexed; its further fields differ by type."""

    model_config = ConfigDict(extra="allow")

    title: str
    text: str
    location: str


class ResultOut(Schema):
    """One result; ``rank`` counts from 1."""

    type: str
    document: DocumentOut
    rank: int


class ResultsOut(Schema):
    """A page of results; the number of all is left out where not all were counted."""

    results: list[ResultOut]
    numberOfResults: int | None = None
    nextPageCursor: str | None = None
    previousPageCursor: str | None = None


class ErrorOut(Schema):
    """An error in Backstage's shape."""

    error: dict[str, str]
    request: dict[str, str]
    response: dict[str, int]


def error_body(request: HttpRequest, status: int, detail: str) -> Mapping[str, Any]:
    """The JSON of an error response; the path is that within the plugin's API, as behind Backstage's router."""
    mount = request.path_info.index("/search") + len("/search")
    return {
        "error": {"name": _ERRORS.get(status, "Error"), "message": detail},
        "request": {"method": request.method, "url": request.get_full_path_info()[mount:]},
        "response": {"statusCode": status},
    }


_PARAMETERS = [
    {"name": "term", "in": "query", "schema": {"type": "string", "maxLength": TERM, "default": ""}},
    {"name": "types", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "filters", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
    {"name": "pageLimit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}},
    {"name": "pageCursor", "in": "query", "schema": {"type": "string"}},
]


@router.get("/query", response={200: ResultsOut, codes_4xx: ErrorOut}, openapi_extra={"parameters": _PARAMETERS})
@requires("search.read")
@cached(revision, seconds=seconds_until_more)
def query(request: HttpRequest) -> HttpResponse:
    """Search. Without a term everything the user may see is listed by title; of each filter one value must hold.

    Of very many matches the best hundreds are given, or of all documents the first thousand; ``numberOfResults`` is
    left out then.
    """
    worker.look()
    types = types_of(request.user)
    try:
        scope = scope_of(request.user, _types(request, types) or (), _filters(request))
        response = JsonResponse(_answer(request, types, scope))
    except Invalid as error:
        raise HttpError(400, str(error)) from None
    if scope.narrowed:
        # What a plugin narrows the search by is its own, and may change without a word to the index.
        response["Cache-Control"] = "private, no-store"
    return response


def _answer(request: HttpRequest, types: dict[str, SearchType], scope: Scope) -> dict[str, Any]:
    term = _once(request, "term", "")
    if len(term) > TERM:
        raise Invalid(f"term must have at most {TERM} characters, and has {len(term)}")
    limit = _limit(_once(request, "pageLimit", str(PAGE)))
    page = _page(_once(request, "pageCursor", ""))
    offset = page * limit
    if offset >= REACH:
        raise Invalid(f"pageCursor leads beyond the first {REACH} results: narrow the search")
    words = Query.of(term)
    if _types(request, types) == []:
        found: list[Found] = []
        is_exact = True
    elif words.terms:
        search = Search(words, scope)
        found, is_exact = [one.found for one in search.ranked], not search.is_capped
    elif term.strip():
        found, is_exact = [], True
    else:
        found = backend().by_marks(scope, REACH + 1)
        is_exact = len(found) <= REACH
        found = found[:REACH]
    answer: dict[str, Any] = {"results": _results(found[offset : offset + limit], offset, types)}
    if is_exact:
        answer["numberOfResults"] = len(found)
    if offset + limit < len(found):
        answer["nextPageCursor"] = _cursor(page + 1)
    if page:
        answer["previousPageCursor"] = _cursor(page - 1)
    return answer


def _results(found: list[Found], offset: int, types: dict[str, SearchType]) -> list[dict[str, Any]]:
    documents = backend().contents([one.id for one in found])
    results = []
    for rank, one in enumerate(found, offset + 1):
        if one.id in documents:
            fields, text, url, owner = documents[one.id]
            document = {**json.loads(fields), "title": one.title, "text": text, "location": url}
            results.append(
                {
                    "type": types[one.type].api_type or one.type if one.type in types else one.type,
                    # A field of that name is the owner as programs call it.
                    "document": {"owner": owner, **document} if owner else document,
                    "rank": rank,
                }
            )
    return results


def _types(request: HttpRequest, types: dict[str, SearchType]) -> list[str] | None:
    """The types asked for, by our name or Backstage's; None when all are."""
    asked = {value for key in request.GET if _LIST.fullmatch(key) for value in request.GET.getlist(key) if value}
    if not asked:
        return None
    return [name for name, one in types.items() if name in asked or one.api_type in asked]


def _filters(request: HttpRequest) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for key in request.GET:
        if found := _FILTER.fullmatch(key):
            filters.setdefault(found[1], []).extend(request.GET.getlist(key))
        elif key.startswith("filters") and (key != "filters" or request.GET[key]):
            raise Invalid(f"{key} is no filter: write filters[name]=value")
    if sum(map(len, filters.values())) > 50:
        raise Invalid("filters must have at most 50 values")
    return filters


def _once(request: HttpRequest, name: str, default: str) -> str:
    values = request.GET.getlist(name)
    if len(values) > 1:
        raise Invalid(f"{name} may be given once")
    return values[0] if values else default


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise Invalid(f"pageLimit must be a whole number from 1 to {LARGEST_PAGE}")
    return int(text)


def _cursor(page: int) -> str:
    return base64.b64encode(str(page).encode()).decode()


def _page(cursor: str) -> int:
    try:
        page = int(base64.b64decode(cursor, validate=True).decode("ascii")) if cursor else 0
    except (binascii.Error, ValueError):
        page = -1
    if page < 0:
        raise Invalid("pageCursor must be one that an answer gave")
    return page
