"""The operations of OpenAPI 2 and 3."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import quote

from plugins.catalog.definitions.document import Document, literal, text
from plugins.catalog.definitions.operations import Detail, Field, Fields, Operation, Payload
from plugins.catalog.definitions.schemas import Schemas

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MAX_PAYLOADS = 50
MAX_PARAMETERS = 1_000


def operations(document: Document) -> Iterator[Operation]:
    """Each method of each path, grouped by its first tag."""
    base = _base(document)
    for path, item in document.items(document.root.get("paths")):
        for method in METHODS:
            if not (stated := document.mapping(item.get(method))):
                continue
            yield Operation(
                _group(stated),
                method.upper(),
                path,
                text(stated.get("summary")),
                text(stated.get("description")),
                stated.get("deprecated") is True,
                text(stated.get("operationId")),
                partial(_detail, document, method, base, path, item, stated),
            )


def _group(stated: Mapping[str, Any]) -> str:
    """The first tag of an operation."""
    tags = stated.get("tags")
    named = [one for one in tags if one is not None] if isinstance(tags, list) else []
    return text(named[0]) or literal(named[0]) if named else "Operations"


def _detail(
    document: Document, method: str, base: str, path: str, item: Mapping[str, Any], stated: Mapping[str, Any]
) -> Detail:
    shared, own = _parameters(document, item.get("parameters")), _parameters(document, stated.get("parameters"))
    parameters = [*{(one["in"], one["name"]): one for one in (*shared, *own)}.values()]
    schemas = Schemas(document)
    bodies = [
        Payload(media, "", schemas.type_of(content.get("schema")), schemas.fields(content.get("schema")))
        for media, content in _some(document.items(document.mapping(stated.get("requestBody")).get("content")))
    ] or [
        Payload(
            "body",
            text(one.get("description")),
            schemas.type_of(one["schema"]),
            schemas.fields(one["schema"]),
        )
        for one in parameters
        if one["in"] == "body" and "schema" in one
    ]
    fields = [_field(schemas, one) for one in parameters if one["in"] != "body"]
    responses = [
        _response(document, schemas, status, one) for status, one in _some(document.items(stated.get("responses")))
    ]
    return Detail(Fields(fields, len(fields)), bodies, responses, _curl(method, base, path, fields, bodies))


def _some(items: Iterator[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return islice(items, MAX_PAYLOADS)


def _parameters(document: Document, value: Any) -> list[Mapping[str, Any]]:
    found = [document.mapping(one) for one in value[:MAX_PARAMETERS]] if isinstance(value, list) else []
    return [one for one in found if text(one.get("name")) and text(one.get("in"))]


def _field(schemas: Schemas, stated: Mapping[str, Any]) -> Field:
    return Field(
        stated["name"],
        schemas.type_of(stated.get("schema", stated)),
        stated.get("required") is True,
        text(stated.get("description")),
        stated["in"],
        stated.get("deprecated") is True,
    )


def _response(document: Document, schemas: Schemas, status: str, stated: Mapping[str, Any]) -> Payload:
    contents = [one.get("schema") for _, one in document.items(stated.get("content"))]
    schema = contents[0] if contents else stated.get("schema")
    type_ = schemas.type_of(schema) if schema else ""
    return Payload(status, text(stated.get("description")), type_, schemas.fields(schema))


def _base(document: Document) -> str:
    servers = document.root.get("servers")
    if isinstance(servers, list) and servers:
        server = document.mapping(servers[0])
        url = text(server.get("url")).rstrip("/")
        for name, variable in islice(document.items(server.get("variables")), MAX_PAYLOADS):
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return url
    schemes = document.root.get("schemes")
    scheme = text(schemes[0]) if isinstance(schemes, list) and schemes else "https"
    host = text(document.root.get("host"))
    return (f"{scheme}://{host}" if host else "") + text(document.root.get("basePath")).rstrip("/")


def _curl(method: str, base: str, path: str, parameters: list[Field], bodies: list[Payload]) -> str:
    """A command for a shell; a base without a host is completed by the variable API_URL."""
    needed = [one for one in parameters if one.required]
    query = "&".join(f"{quote(one.name)}={{{one.name}}}" for one in needed if one.place == "query")
    url = shlex.quote(base + path + (f"?{query}" if query else ""))
    parts = ["curl", "-X", method.upper(), url if "://" in base else f'"$API_URL"{url}']
    for one in needed:
        if one.place == "header":
            parts += ["-H", shlex.quote(f"{one.name}: {{{one.name}}}")]
    if bodies:
        media = bodies[0].name if "/" in bodies[0].name else "application/json"
        parts += ["-H", shlex.quote(f"Content-Type: {media}"), "--data", "@body"]
    return " ".join(parts)
