"""What callers of OpenAPI and AsyncAPI have to show."""

from __future__ import annotations

from itertools import islice
from typing import Any

from plugins.catalog.definitions.document import MAX_LITERAL, Document, text, texts
from plugins.catalog.definitions.operations import Field, Fields

MAX_WAYS = 20
MAX_STATED = 5_000


def security(document: Document, requirements: Any) -> str:
    """The ways in by the names of their schemes: "key or login (read, write)"; "" when nothing is stated."""
    if not isinstance(requirements, list):
        return ""
    ways = [_way(document.mapping(one)) for one in requirements[:MAX_WAYS]]
    stated = " or ".join([*ways, *(["…"] if len(requirements) > MAX_WAYS else [])]) or "none"
    # Each operation repeats it.
    return stated if len(stated) <= MAX_STATED else f"{stated[:MAX_STATED]}…"


def _way(schemes: Any) -> str:
    named = [
        (str(name)[:MAX_LITERAL], ", ".join(one[:MAX_LITERAL] for one in texts(scopes, MAX_WAYS)))
        for name, scopes in islice(schemes.items(), MAX_WAYS)
    ]
    return " and ".join(f"{name} ({scopes})" if scopes else name for name, scopes in named) or "none"


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
