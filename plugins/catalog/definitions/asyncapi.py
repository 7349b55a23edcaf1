"""The operations of AsyncAPI 2 and 3: messages by channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from plugins.catalog.definitions.document import Document, referred, text
from plugins.catalog.definitions.operations import Detail, Fields, Operation, Payload, first
from plugins.catalog.definitions.schemas import Schemas

Stated = Mapping[str, Any]
Messages = list[tuple[str, Stated]]
_JSON_SCHEMA = ("application/vnd.aai.asyncapi", "application/schema+", "application/vnd.oai.openapi")


def operations(document: Document) -> Iterator[Operation]:
    """What is published and subscribed to (AsyncAPI 2), sent and received (3), and channels that nothing is said of."""
    used = set()
    channels = document.mapping(document.root.get("channels"))
    for name, channel in document.items(channels):
        for action in ("publish", "subscribe"):
            if stated := document.mapping(channel.get(action)):
                used.add(id(channel))
                message = document.mapping(stated.get("message"))
                several = message.get("oneOf")
                messages = _listed(document, several if isinstance(several, list) else [stated.get("message")])
                yield _operation(document, action, name, text(stated.get("operationId")), stated, messages)
    for name, stated in document.items(document.root.get("operations")):
        if channel := document.mapping(stated.get("channel")):
            used.add(id(channel))
        address = text(channel.get("address")) or referred(stated.get("channel")) or name
        messages = _messages(document, stated, channel)
        yield _operation(document, text(stated.get("action")), address, name, stated, messages)
    for name, channel in document.items(channels):
        if id(channel) not in used:
            messages = list(document.items(channel.get("messages")))
            yield _operation(document, "channel", text(channel.get("address")) or name, name, channel, messages)


def _messages(document: Document, stated: Stated, channel: Stated) -> Messages:
    """The messages that an operation or a reply is limited to, or all of its channel."""
    if isinstance(own := stated.get("messages"), list):
        return _listed(document, own)
    return list(document.items(channel.get("messages")))


def _listed(document: Document, messages: list[Any]) -> Messages:
    return [(referred(one), document.mapping(one)) for one in messages]


def _operation(
    document: Document, action: str, address: str, name: str, stated: Stated, messages: Messages
) -> Operation:
    title, summary = text(stated.get("title")), text(stated.get("summary"))
    description = text(stated.get("description"))
    return Operation(
        "Channels",
        action.upper(),
        address,
        title or summary,
        "\n\n".join(filter(None, (summary if title else "", description))),
        stated.get("deprecated") is True,
        " ".join((name, *(f"{key} {text(one.get('name'))} {text(one.get('title'))}" for key, one in messages))),
        partial(_detail, document, stated, messages),
    )


def _detail(document: Document, stated: Stated, messages: Messages) -> Detail:
    schemas = Schemas(document)
    return Detail(
        bodies=_payloads(document, schemas, messages),
        responses=_replies(document, schemas, document.mapping(stated.get("reply"))),
        bodies_title="Messages",
        responses_title="Reply",
    )


def _replies(document: Document, schemas: Schemas, reply: Stated) -> list[Payload]:
    """Where a reply goes, and its messages."""
    if not reply:
        return []
    channel = document.mapping(reply.get("channel"))
    address = document.mapping(reply.get("address"))
    place = text(channel.get("address")) or text(address.get("location")) or referred(reply.get("channel"))
    where = Payload(f"to {place}" if place else "to its sender", text(address.get("description")))
    return [where, *_payloads(document, schemas, _messages(document, reply, channel))]


def _payloads(document: Document, schemas: Schemas, messages: Messages) -> list[Payload]:
    return first(_payload(document, schemas, name, one) for name, one in messages if one)


def _payload(document: Document, schemas: Schemas, name: str, message: Stated) -> Payload:
    format_, schema = text(message.get("schemaFormat")), message.get("payload")
    several = document.mapping(schema)
    if "schemaFormat" in several:
        format_, schema = text(several["schemaFormat"]), several.get("schema")
    is_read = not format_ or format_.startswith(_JSON_SCHEMA)
    title = text(message.get("title"))
    shown = text(message.get("name")) or name or title or "message"
    about = text(message.get("summary")) or text(message.get("description"))
    headers = schemas.fields(_headers(document, message), "header")
    fields = schemas.fields(schema) if is_read else Fields()
    return Payload(
        shown,
        ": ".join(filter(None, (title if title != shown else "", about))),
        schemas.type_of(schema) if is_read else format_,
        headers.followed_by(fields),
    )


def _headers(document: Document, message: Stated) -> Any:
    headers = document.mapping(message.get("headers"))
    return headers.get("schema") if "schemaFormat" in headers else headers
