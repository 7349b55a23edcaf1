"""The operations of OpenAPI 2 and 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from plugins.catalog.definitions.bodies import Body, bodies
from plugins.catalog.definitions.curl import command
from plugins.catalog.definitions.document import Document, literal, text, texts
from plugins.catalog.definitions.operations import (
    MAX_PAYLOADS,
    MAX_READ,
    Detail,
    Field,
    Fields,
    Operation,
    Payload,
    first,
)
from plugins.catalog.definitions.schemas import Schemas
from plugins.catalog.definitions.security import security
from plugins.catalog.definitions.servers import servers

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MAX_PARAMETERS = 1_000
MAX_PRODUCED = 5
MAX_TAGS = 100


def operations(document: Document) -> Iterator[Operation]:
    """Each method of each path, grouped by its first tag, and what the API calls by itself."""
    yield from _operations(document, "paths")
    yield from _operations(document, "webhooks")


def _operations(document: Document, key: str) -> Iterator[Operation]:
    is_called = key == "paths"
    # Paths without operations count, too: each may lead through references.
    for path, item in islice(document.items(document.root.get(key)), MAX_READ):
        for method in METHODS:
            if not (stated := document.mapping(item.get(method))):
                continue
            yield Operation(
                _group(stated) if is_called else "Webhooks",
                method.upper(),
                path,
                text(stated.get("summary")) or text(item.get("summary")),
                text(stated.get("description")) or text(item.get("description")),
                stated.get("deprecated") is True,
                (text(stated.get("operationId")),),
                partial(_detail, document, method, path if is_called else "", item, stated),
            )


def _group(stated: Mapping[str, Any]) -> str:
    """The first tag of an operation."""
    tags = stated.get("tags")
    named = next((one for one in tags[:MAX_TAGS] if one is not None), None) if isinstance(tags, list) else None
    return "Operations" if named is None else text(named) or literal(named)


def _detail(document: Document, method: str, path: str, item: Mapping[str, Any], stated: Mapping[str, Any]) -> Detail:
    shared, own = _parameters(document, item.get("parameters")), _parameters(document, stated.get("parameters"))
    parameters = [*{(one["in"], one["name"]): one for one in (*shared, *own)}.values()]
    schemas = Schemas(document)
    sent = bodies(document, stated, parameters)
    fields = [_field(schemas, one) for one in parameters if one["in"] != "body"]
    needed = [one for one in fields if one.required]
    preferred = sent[0] if sent else Body()
    (base, _), *_ = servers(document, stated, item, document.root)
    return Detail(
        Fields(fields, len(fields)),
        first(
            Payload(one.media, one.description, schemas.type_of(one.schema), schemas.fields(one.schema))
            for one in sent
            if not (one.form and one.schema is None)
        ),
        first(_responses(document, schemas, stated)),
        command(method, base, path, needed, preferred.media, preferred.form) if path else "",
        bodies_title="Body, required" if preferred.required else "Body",
        security=security(document, stated.get("security", document.root.get("security"))),
    )


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


def _responses(document: Document, schemas: Schemas, stated: Mapping[str, Any]) -> Iterator[Payload]:
    """What is answered by status and media type; headers stand with the first type of a status."""
    for status, one in document.items(stated.get("responses")):
        about, fields = text(one.get("description")), _headers(document, schemas, one)
        for media, schema in _contents(document, stated, one):
            type_ = schemas.type_of(schema) if schema else ""
            shown = ", ".join(filter(None, (media, type_)))
            yield Payload(status, about, shown, fields.followed_by(schemas.fields(schema)))
            about, fields = "", Fields()


def _headers(document: Document, schemas: Schemas, response: Mapping[str, Any]) -> Fields:
    stated = [*islice(document.items(response.get("headers")), MAX_PARAMETERS)]
    return Fields((_field(schemas, {**one, "name": name, "in": "header"}) for name, one in stated), len(stated))


def _contents(document: Document, stated: Mapping[str, Any], response: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The schemas of a response by media type; version 2 has one for all that the operation produces."""
    if content := document.mapping(response.get("content")):
        return [(media, one.get("schema")) for media, one in islice(document.items(content), MAX_PAYLOADS + 1)]
    stated_types = stated.get("produces", document.root.get("produces")) if "schema" in response else ()
    return [(", ".join(texts(stated_types, MAX_PRODUCED)), response.get("schema"))]
