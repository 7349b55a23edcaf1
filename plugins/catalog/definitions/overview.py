"""What OpenAPI and AsyncAPI definitions say of the API as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from plugins.catalog.definitions.document import Document, literal, text
from plugins.catalog.definitions.operations import MAX_FIELDS, Field, Fields
from plugins.catalog.definitions.security import schemes, security
from plugins.catalog.definitions.servers import MAX_ADDRESS, servers


@dataclass(frozen=True, slots=True)
class Overview:
    """The title and what else stands before the operations; ``needs`` is what callers of most operations show."""

    title: str = ""
    version: str = ""
    description: str = ""
    servers: Fields = field(default_factory=Fields)
    schemes: Fields = field(default_factory=Fields)
    needs: str = ""


def overview(document: Document) -> Overview:
    """The overview of a definition; a part of the wrong type counts as missing."""
    info = document.mapping(document.root.get("info"))
    version = info.get("version")
    return Overview(
        text(info.get("title")),
        text(version) or (literal(version) if version is not None else ""),
        text(info.get("description")) or text(info.get("summary")),
        Fields(_servers(document)),
        schemes(document),
        security(document, document.root.get("security")),
    )


def _servers(document: Document) -> Iterator[Field]:
    if "asyncapi" not in document.root:
        for address, description in servers(document, document.root):
            if address:
                yield Field(address, "", description=description)
        return
    for name, one in islice(document.items(document.root.get("servers")), MAX_FIELDS):
        address = text(one.get("url")) or text(one.get("host")) + text(one.get("pathname"))
        description = text(one.get("description")) or text(one.get("title"))
        yield Field((address or name)[:MAX_ADDRESS], text(one.get("protocol")), description=description, note=name)
