"""Where the operations of OpenAPI 2 and 3 are offered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from plugins.catalog.definitions.document import MAX_LITERAL, Document, literal, text, texts

MAX_SERVERS = 20
MAX_ADDRESS = 2_000
_VARIABLE = re.compile(r"\{([^{}]+)\}")


def servers(document: Document, *levels: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The addresses and what is said of each; those of the first level that states any replace those of the others.

    An address has at most MAX_ADDRESS characters, since each operation repeats it.
    """
    for level in levels:
        if isinstance(stated := level.get("servers"), list) and stated:
            found = [document.mapping(one) for one in stated[:MAX_SERVERS]]
            return [(_address(document, one), text(one.get("description"))) for one in found]
    host = text(document.root.get("host"))
    path = text(document.root.get("basePath")).rstrip("/")
    schemes = texts(document.root.get("schemes"), MAX_SERVERS) or ["https"]
    addresses = (f"{scheme}://{host}{path}" if host else path for scheme in schemes)
    return [(one[:MAX_ADDRESS], "") for one in addresses]


def _address(document: Document, server: Mapping[str, Any]) -> str:
    variables = document.mapping(server.get("variables"))

    def default(found: re.Match[str]) -> str:
        value = document.mapping(variables.get(found[1])).get("default")
        return found[0] if value is None else (text(value) or literal(value))[:MAX_LITERAL]

    # In one pass: values that name each other would grow without end. Cut before, too: one may stand in it often.
    return _VARIABLE.sub(default, text(server.get("url")).rstrip("/")[:MAX_ADDRESS])[:MAX_ADDRESS]
