"""The operations of OpenAPI 2 and 3, and of AsyncAPI 2 and 3."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plugins.catalog.definitions.document import Document, Field, text
from portal.api import yaml12

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MAX_OPERATIONS = 300


class Unreadable(ValueError):
    """A definition that can't be shown as operations; the message says why, with the line where one is known."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent or answered; ``name`` is a status, a media type or a message."""

    name: str
    description: str = ""
    type: str = ""
    fields: list[Field] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that an API does."""

    group: str
    method: str
    path: str
    summary: str
    description: str
    is_deprecated: bool = False
    parameters: list[Field] = field(default_factory=list)
    bodies: list[Payload] = field(default_factory=list)
    responses: list[Payload] = field(default_factory=list)
    curl: str = ""

    def matches(self, words: str) -> bool:
        """Say whether every word is somewhere in its group, method, path or texts."""
        whole = " ".join((self.group, self.method, self.path, self.summary, self.description)).lower()
        return all(word in whole for word in words.lower().split())


def read(type_: str, definition: str) -> list[Operation]:
    """The operations of a definition of the entity type "openapi" or "asyncapi", by group. Raises Unreadable."""
    try:
        root = yaml12.load(definition)
    except yaml12.YamlError as error:
        raise Unreadable(f"Line {error.line}, column {error.column} of the definition: {error.reason}") from error
    if not isinstance(root, Mapping):
        raise Unreadable("The definition is not a mapping.")
    versions = ("openapi", "swagger") if type_ == "openapi" else ("asyncapi",)
    if not any(version in root for version in versions):
        raise Unreadable(f"The definition has no key {' or '.join(versions)} that says its version.")
    document = Document(root)
    return sorted((_http if type_ == "openapi" else _messages)(document), key=lambda one: one.group)


def file_type(type_: str, definition: str) -> tuple[str, str]:
    """The content type and the file ending of a definition."""
    if type_ == "graphql":
        return "application/graphql; charset=utf-8", "graphql"
    if type_ == "grpc":
        return "text/plain; charset=utf-8", "proto"
    if definition.lstrip().startswith(("{", "[")):
        return "application/json; charset=utf-8", "json"
    is_yaml = type_ in ("openapi", "asyncapi")
    return ("application/yaml; charset=utf-8", "yaml") if is_yaml else ("text/plain; charset=utf-8", "txt")


def _http(document: Document) -> Iterator[Operation]:
    base = _base(document)
    for path, item in document.items(document.root.get("paths")):
        shared = _parameters(document, item.get("parameters"))
        for method in METHODS:
            if not (stated := document.mapping(item.get(method))):
                continue
            own = _parameters(document, stated.get("parameters"))
            parameters = [*{(one["in"], one["name"]): one for one in (*shared, *own)}.values()]
            tags = stated.get("tags")
            bodies = [
                Payload(media, "", document.type_of(content.get("schema")), document.fields(content.get("schema")))
                for media, content in document.items(document.mapping(stated.get("requestBody")).get("content"))
            ] or [
                Payload(
                    "body",
                    text(one.get("description")),
                    document.type_of(one["schema"]),
                    document.fields(one["schema"]),
                )
                for one in parameters
                if one["in"] == "body" and "schema" in one
            ]
            yield Operation(
                str(tags[0]) if isinstance(tags, list) and tags else "Operations",
                method.upper(),
                path,
                text(stated.get("summary")),
                text(stated.get("description")),
                stated.get("deprecated") is True,
                [_field(document, one) for one in parameters if one["in"] != "body"],
                bodies,
                [_response(document, status, one) for status, one in document.items(stated.get("responses"))],
                _curl(method, base + path, bodies),
            )


def _parameters(document: Document, value: Any) -> list[Mapping[str, Any]]:
    found = [document.mapping(one) for one in value] if isinstance(value, list) else []
    return [one for one in found if text(one.get("name")) and text(one.get("in"))]


def _field(document: Document, stated: Mapping[str, Any]) -> Field:
    type_ = document.type_of(stated.get("schema", stated))
    return Field(stated["name"], type_, stated.get("required") is True, text(stated.get("description")), stated["in"])


def _response(document: Document, status: str, stated: Mapping[str, Any]) -> Payload:
    contents = [one.get("schema") for _, one in document.items(stated.get("content"))]
    schema = contents[0] if contents else stated.get("schema")
    type_ = document.type_of(schema) if schema else ""
    return Payload(status, text(stated.get("description")), type_, document.fields(schema))


def _base(document: Document) -> str:
    servers = document.root.get("servers")
    if isinstance(servers, list) and servers:
        return text(document.mapping(servers[0]).get("url")).rstrip("/")
    schemes = document.root.get("schemes")
    scheme = text(schemes[0]) if isinstance(schemes, list) and schemes else "https"
    host = text(document.root.get("host"))
    return (f"{scheme}://{host}" if host else "") + text(document.root.get("basePath")).rstrip("/")


def _curl(method: str, url: str, bodies: list[Payload]) -> str:
    parts = ["curl", "-X", method.upper(), url]
    if bodies:
        media = bodies[0].name if "/" in bodies[0].name else "application/json"
        parts += ["-H", f"Content-Type: {media}", "--data", "@body"]
    return shlex.join(parts)


def _messages(document: Document) -> Iterator[Operation]:
    for name, channel in document.items(document.root.get("channels")):
        for action in ("publish", "subscribe"):
            if stated := document.mapping(channel.get(action)):
                message = document.mapping(stated.get("message"))
                several = message.get("oneOf")
                found = [document.mapping(one) for one in several] if isinstance(several, list) else [message]
                yield _operation(document, action, name, stated, [(text(one.get("name")), one) for one in found])
    for name, stated in document.items(document.root.get("operations")):
        channel = document.mapping(stated.get("channel"))
        address = text(channel.get("address")) or name
        action = text(stated.get("action"))
        yield _operation(document, action, address, stated, list(document.items(channel.get("messages"))))


def _operation(
    document: Document,
    action: str,
    address: str,
    stated: Mapping[str, Any],
    messages: list[tuple[str, Mapping[str, Any]]],
) -> Operation:
    payloads = [
        Payload(
            name or text(one.get("title")) or "message",
            text(one.get("summary")) or text(one.get("description")),
            document.type_of(one.get("payload")),
            document.fields(one.get("payload")),
        )
        for name, one in messages
    ]
    summary, description = text(stated.get("summary")), text(stated.get("description"))
    return Operation("Channels", action.upper(), address, summary, description, bodies=payloads)
