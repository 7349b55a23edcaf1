"""Where the operations of OpenAPI 2 and 3 are offered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from plugins.catalog.definitions.document import Document, literal, text, texts

MAX_SERVERS = 20
_VARIABLE = re.compile(r"\{([^{}]+)\}")


def servers(document: Document, *levels: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The addresses and what is said of each; those of the first level that states any replace those of the others."""
    for level in levels:
        if isinstance(stated := level.get("servers"), list) and stated:
            found = [document.mapping(one) for one in stated[:MAX_SERVERS]]
            return [(_address(document, one), text(one.get("description"))) for one in found]
    host = text(document.root.get("host"))
    path = text(document.root.get("basePath")).rstrip("/")
    schemes = texts(document.root.get("schemes")) or ["https"]
    return [(f"{scheme}://{host}{path}" if host else path, "") for scheme in schemes[:MAX_SERVERS]]


def _address(document: Document, server: Mapping[str, Any]) -> str:
    variables = document.mapping(server.get("variables"))

    def default(found: re.Match[str]) -> str:
        value = document.mapping(variables.get(found[1])).get("default")
        return found[0] if value is None else text(value) or literal(value)

    # In one pass: values that name each other would grow without end.
    return _VARIABLE.sub(default, text(server.get("url")).rstrip("/"))
