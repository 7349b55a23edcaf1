"""What callers of OpenAPI and AsyncAPI have to show."""

from __future__ import annotations

from typing import Any

from plugins.catalog.definitions.document import Document, text, texts
from plugins.catalog.definitions.operations import Field, Fields

MAX_WAYS = 20


def security(document: Document, requirements: Any) -> str:
    """The ways in by the names of their schemes: "key or login (read, write)"; "" when nothing is stated."""
    if not isinstance(requirements, list):
        return ""
    ways = [_way(document.mapping(one)) for one in requirements[:MAX_WAYS]]
    return " or ".join([*ways, *(["…"] if len(requirements) > MAX_WAYS else [])]) or "none"


def _way(schemes: Any) -> str:
    named = [(name, ", ".join(texts(scopes)[:MAX_WAYS])) for name, scopes in list(schemes.items())[:MAX_WAYS]]
    return " and ".join(f"{name} ({scopes})" if scopes else str(name) for name, scopes in named) or "none"


def schemes(document: Document) -> Fields:
    """What each scheme is: a key in a header, a token, a login elsewhere."""
    stated = document.mapping(document.root.get("components")).get("securitySchemes")
    return Fields(
        Field(
            name,
            " ".join(filter(None, (text(one.get("type")), text(one.get("scheme")), text(one.get("bearerFormat"))))),
            description=text(one.get("description")),
            place=" ".join(filter(None, (text(one.get("in")), text(one.get("name"))))),
            note=text(one.get("openIdConnectUrl")),
        )
        for name, one in document.items(stated or document.root.get("securityDefinitions"))
    )
