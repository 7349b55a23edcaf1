"""The operations of OpenAPI 2 and 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from plugins.catalog.definitions.bodies import Body, bodies
from plugins.catalog.definitions.curl import command
from plugins.catalog.definitions.document import Document, literal, text
from plugins.catalog.definitions.operations import Detail, Field, Fields, Operation, Payload
from plugins.catalog.definitions.schemas import Schemas
from plugins.catalog.definitions.servers import servers

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MAX_PAYLOADS = 50
MAX_PARAMETERS = 1_000


def operations(document: Document) -> Iterator[Operation]:
    """Each method of each path, grouped by its first tag."""
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
                partial(_detail, document, method, path, item, stated),
            )


def _group(stated: Mapping[str, Any]) -> str:
    """The first tag of an operation."""
    tags = stated.get("tags")
    named = [one for one in tags if one is not None] if isinstance(tags, list) else []
    return text(named[0]) or literal(named[0]) if named else "Operations"


def _detail(document: Document, method: str, path: str, item: Mapping[str, Any], stated: Mapping[str, Any]) -> Detail:
    shared, own = _parameters(document, item.get("parameters")), _parameters(document, stated.get("parameters"))
    parameters = [*{(one["in"], one["name"]): one for one in (*shared, *own)}.values()]
    schemas = Schemas(document)
    sent = bodies(document, stated, parameters)
    fields = [_field(schemas, one) for one in parameters if one["in"] != "body"]
    responses = [
        _response(document, schemas, status, one) for status, one in _some(document.items(stated.get("responses")))
    ]
    needed = [one for one in fields if one.required]
    (base, _), *_ = servers(document, stated, item, document.root)
    first = sent[0] if sent else Body()
    return Detail(
        Fields(fields, len(fields)),
        [
            Payload(one.media, one.description, schemas.type_of(one.schema), schemas.fields(one.schema))
            for one in sent[:MAX_PAYLOADS]
            if not (one.form and one.schema is None)
        ],
        responses,
        command(method, base, path, needed, first.media, first.form),
    )


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
