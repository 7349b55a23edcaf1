"""The operations of AsyncAPI 2 and 3: messages by channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from plugins.catalog.definitions.document import MAX_LITERAL, Document, referred, text
from plugins.catalog.definitions.operations import MAX_PAYLOADS, Detail, Fields, Operation, Payload, first
from plugins.catalog.definitions.schemas import Schemas

Stated = Mapping[str, Any]
Messages = list[tuple[str, Stated]]
_JSON_SCHEMA = ("application/vnd.aai.asyncapi", "application/schema+", "application/vnd.oai.openapi")


def operations(document: Document) -> Iterator[Operation]:
    """What is published and subscribed to (AsyncAPI 2), sent and received (3), and channels that nothing is said of."""
    used, shared = set(), _Shared(document)
    channels = document.mapping(document.root.get("channels"))
    for name, channel in document.items(channels):
        for action in ("publish", "subscribe"):
            if stated := document.mapping(channel.get(action)):
                used.add(id(channel))
                message = document.mapping(stated.get("message"))
                several = message.get("oneOf")
                source = several if isinstance(several, list) else [stated.get("message")]
                yield _operation(shared, action, name, text(stated.get("operationId")), stated, source)
    for name, stated in document.items(document.root.get("operations")):
        if channel := document.mapping(stated.get("channel")):
            used.add(id(channel))
        address = text(channel.get("address")) or referred(stated.get("channel")) or name
        source = _source(stated, channel)
        yield _operation(shared, text(stated.get("action")), address, name, stated, source)
    for name, channel in document.items(channels):
        if id(channel) not in used:
            address = text(channel.get("address")) or name
            yield _operation(shared, "channel", address, name, channel, channel.get("messages"))


def _source(stated: Stated, channel: Stated) -> Any:
    """Where the messages are that an operation or a reply is limited to, or all of its channel."""
    own = stated.get("messages")
    return own if isinstance(own, list) else channel.get("messages")


class _Shared:
    """What many operations may refer to: it is put together once, and messages are read as far as they are shown."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._names: dict[int, tuple[Any, str]] = {}
        self._descriptions: dict[int, str] = {}

    def messages(self, source: Any) -> Messages:
        """The messages of a list or a mapping by name, one more than are shown."""
        if isinstance(source, list):
            return [(referred(one), self.document.mapping(one)) for one in source[: MAX_PAYLOADS + 1]]
        return [*islice(self.document.items(source), MAX_PAYLOADS + 1)]

    def names(self, source: Any) -> str:
        """What an operation is found by."""
        source = source if isinstance(source, list) else self.document.mapping(source)
        if id(source) not in self._names:
            stated = (
                f"{key} {text(one.get('name'))[:MAX_LITERAL]} {text(one.get('title'))[:MAX_LITERAL]}"
                for key, one in self.messages(source)
            )
            # Beside the source, whose identity another could have once it is gone.
            self._names[id(source)] = source, " ".join(stated)
        return self._names[id(source)][1]

    def description(self, stated: Stated) -> str:
        """What is said of an operation or a channel; the summary stands above it unless that is the title."""
        if id(stated) not in self._descriptions:
            summary = text(stated.get("summary")) if text(stated.get("title")) else ""
            described = filter(None, (summary, text(stated.get("description"))))
            self._descriptions[id(stated)] = "\n\n".join(described)
        return self._descriptions[id(stated)]


def _operation(shared: _Shared, action: str, address: str, name: str, stated: Stated, source: Any) -> Operation:
    return Operation(
        "Channels",
        action.upper(),
        address,
        text(stated.get("title")) or text(stated.get("summary")),
        shared.description(stated),
        stated.get("deprecated") is True,
        (name, shared.names(source)),
        partial(_detail, shared, stated, source),
    )


def _detail(shared: _Shared, stated: Stated, source: Any) -> Detail:
    schemas = Schemas(shared.document)
    return Detail(
        bodies=_payloads(shared, schemas, source),
        responses=_replies(shared, schemas, shared.document.mapping(stated.get("reply"))),
        bodies_title="Messages",
        responses_title="Reply",
    )


def _replies(shared: _Shared, schemas: Schemas, reply: Stated) -> list[Payload]:
    """Where a reply goes, and its messages."""
    if not reply:
        return []
    channel = shared.document.mapping(reply.get("channel"))
    address = shared.document.mapping(reply.get("address"))
    place = text(channel.get("address")) or text(address.get("location")) or referred(reply.get("channel"))
    where = Payload(f"to {place}" if place else "to its sender", text(address.get("description")))
    return [where, *_payloads(shared, schemas, _source(reply, channel))]


def _payloads(shared: _Shared, schemas: Schemas, source: Any) -> list[Payload]:
    return first(_payload(shared.document, schemas, name, one) for name, one in shared.messages(source) if one)


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
