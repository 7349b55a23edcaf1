"""How the routes are described in the plugin's OpenAPI document; they read their requests themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_NUMBER = {"type": "integer", "minimum": 0}
_OBJECT = {"type": "object"}

_PARAMETERS: Mapping[str, tuple[dict[str, Any], str]] = {
    "fields": (_TEXTS, "Paths of the parts to return, with commas: kind,metadata.name"),
    "limit": (_NUMBER, "How many to return."),
    "offset": (_NUMBER, "How many to leave out at the beginning."),
    "orderField": (_TEXTS, "field,asc or field,desc; several sort what is equal so far. Without the field comes last."),
    "order": (_TEXTS, "asc:field or desc:field."),
    "cursor": (_TEXT, "pageInfo.nextCursor or prevCursor of another answer; it carries the question."),
    "after": (_TEXT, "Of the Link header of another answer."),
    "filter": (
        _TEXTS,
        "key=value pairs with commas must all hold, a key alone asks for presence, a key twice for one of its values. "
        "Of several filters one must hold. Case does not matter.",
    ),
    "totalItems": ({"type": "string", "enum": ["include", "exclude"]}, "Whether to count."),
    "fullTextFilterTerm": (_TEXT, "A text that must occur in one of the fields."),
    "fullTextFilterFields": (_TEXTS, "The fields to look in, with commas; the first that is sorted by otherwise."),
    "facet": (_TEXTS, "A key whose values are counted."),
    "dryRun": (_TEXT, "true: only say what would come of it."),
    "onConflict": ({"type": "string", "enum": ["refresh", "reject"]}, "What to do with a location that is known."),
}

_BODIES: Mapping[str, dict[str, Any]] = {
    "cursor": _TEXT,
    "limit": _NUMBER,
    "offset": _NUMBER,
    "orderBy": {"type": "array", "items": {"type": "object", "properties": {"field": _TEXT, "order": _TEXT}}},
    "fullTextFilter": {"type": "object", "properties": {"term": _TEXT, "fields": _TEXTS}},
    "fields": _TEXTS,
    "totalItems": {"type": "string", "enum": ["include", "exclude"]},
    "query": {"type": "object", "description": "A predicate: {key: value}, $all, $any, $not, $in, $exists and so on."},
    "entityRefs": _TEXTS,
    "facets": _TEXTS,
    "entityRef": _TEXT,
    "type": _TEXT,
    "target": _TEXT,
    "entity": _OBJECT,
    "location": {},
}


def asks(*parameters: str, body: tuple[str, ...] = (), required: tuple[str, ...] = ()) -> dict[str, Any]:
    """For ``openapi_extra``: the query parameters and the members of the body that a route takes."""
    extra: dict[str, Any] = {}
    if parameters:
        extra["parameters"] = [
            {
                "name": name,
                "in": "query",
                "required": name in required,
                "schema": _PARAMETERS[name][0],
                "description": _PARAMETERS[name][1],
            }
            for name in parameters
        ]
    if body:
        schema = {"type": "object", "properties": {name: _BODIES[name] for name in body}, "required": list(required)}
        extra["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return extra
