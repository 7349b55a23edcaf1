"""The operations of AsyncAPI 2 and 3: messages by channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from plugins.catalog.definitions.document import Document, text
from plugins.catalog.definitions.operations import Detail, Operation, Payload
from plugins.catalog.definitions.schemas import Schemas

Messages = list[tuple[str, Mapping[str, Any]]]
MAX_MESSAGES = 50


def operations(document: Document) -> Iterator[Operation]:
    """What is published and subscribed to (AsyncAPI 2), sent and received (3), by channel."""
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
    document: Document, action: str, address: str, stated: Mapping[str, Any], messages: Messages
) -> Operation:
    return Operation(
        "Channels",
        action.upper(),
        address,
        text(stated.get("summary")),
        text(stated.get("description")),
        names=" ".join(name for name, _ in messages),
        about=partial(_detail, document, messages[:MAX_MESSAGES]),
    )


def _detail(document: Document, messages: Messages) -> Detail:
    schemas = Schemas(document)
    payloads = [
        Payload(
            name or text(one.get("title")) or "message",
            text(one.get("summary")) or text(one.get("description")),
            schemas.type_of(one.get("payload")),
            schemas.fields(one.get("payload")),
        )
        for name, one in messages
    ]
    return Detail(bodies=payloads, bodies_title="Messages")
