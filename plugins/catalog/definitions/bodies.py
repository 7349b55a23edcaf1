"""What the requests of OpenAPI 2 and 3 carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from plugins.catalog.definitions.curl import FORM, MULTIPART
from plugins.catalog.definitions.document import Document, text, texts
from plugins.catalog.definitions.operations import MAX_PAYLOADS

MAX_SENT = 50
MAX_LOOKED_AT = 1_000


class Body(NamedTuple):
    """A body by its media type; ``form`` has the names of what a form sends and whether each is a file."""

    media: str = ""
    schema: Any = None
    description: str = ""
    form: Sequence[tuple[str, bool]] = ()
    required: bool = False


def bodies(document: Document, stated: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]]) -> list[Body]:
    """The bodies that an operation with these parameters takes, of which a request carries one.

    One more than are shown, so that it can be said that there are more; the form is that of the first.
    """
    request = document.mapping(stated.get("requestBody"))
    if content := document.mapping(request.get("content")):
        description, required = text(request.get("description")), request.get("required") is True
        several = islice(document.items(content), MAX_PAYLOADS + 1)
        taken = [Body(media, one.get("schema"), description, required=required) for media, one in several]
        return [taken[0]._replace(form=_form(document, taken[0].media, taken[0].schema)), *taken[1:]]
    media = texts(stated.get("consumes", document.root.get("consumes")), MAX_PAYLOADS + 1)
    if form := [one for one in parameters if one["in"] == "formData"]:
        sent = _sent((one["name"], one.get("required") is True, one.get("type") == "file") for one in form)
        fitting = [one for one in media if one in (FORM, MULTIPART)]
        return [Body((fitting or [MULTIPART if any(is_file for _, is_file in sent) else FORM])[0], form=sent)]
    found = (
        Body(one_of, one["schema"], text(one.get("description")), required=one.get("required") is True)
        for one in parameters
        if one["in"] == "body" and "schema" in one
        for one_of in media or ["application/json"]
    )
    return [*islice(found, MAX_PAYLOADS + 1)]


def _form(document: Document, media: str, schema: Any) -> list[tuple[str, bool]]:
    if not media.startswith((FORM, MULTIPART)):
        return []
    resolved = document.mapping(schema)
    required = set(texts(resolved.get("required"), MAX_LOOKED_AT))
    properties = islice(document.items(resolved.get("properties")), MAX_LOOKED_AT)
    return _sent((name, name in required, _is_file(document, one)) for name, one in properties)


def _is_file(document: Document, schema: Mapping[str, Any]) -> bool:
    one = document.mapping(schema["items"]) if "items" in schema else schema
    return one.get("format") == "binary" or "contentMediaType" in one


def _sent(fields: Iterable[tuple[str, bool, bool]]) -> list[tuple[str, bool]]:
    """What must be sent, or all where nothing must."""
    found = list(fields)
    needed = [one for one in found if one[1]] or found
    return [(name, is_file) for name, _, is_file in needed[:MAX_SENT]]
