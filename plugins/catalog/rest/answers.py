"""Answers put together from stored JSON, which is not read again unless only parts of it are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from plugins.catalog.queries.fields import project

JSON = "application/json; charset=utf-8"
PIECE = 1_000_000


def encoded(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"))


def shown(data: str, fields: Sequence[str]) -> str:
    """The stored JSON of an entity, or the parts of it that ``fields`` name."""
    return encoded(project(json.loads(data), fields)) if fields else data


def items(entities: Iterable[str | None], more: dict[str, Any] | None = None) -> HttpResponse:
    """``{"items": […], …}`` with entities that are JSON already; None stands for one that is missing."""
    rest = f",{encoded(more)[1:-1]}" if more else ""
    return raw(f'{{"items":[{",".join(one or "null" for one in entities)}]{rest}}}')


def streamed(begin: str, texts: Iterable[str], end: str) -> HttpResponseBase:
    """``begin``, the texts with commas between them, and ``end``; written as they are read when it is much.

    Little more than a million characters, or one text that is longer, is then held at a time.
    """
    pieces = _pieces(begin, texts, end)
    first, second = next(pieces), next(pieces, None)
    if second is None:
        return raw(first)
    return StreamingHttpResponse(chain((first, second), pieces), content_type=JSON)


def _pieces(begin: str, texts: Iterable[str], end: str) -> Iterator[str]:
    held, size, comma = [begin], 0, ""
    for text in texts:
        held += (comma, text)
        size += len(text)
        comma = ","
        if size >= PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join((*held, end))


def raw(text: str) -> HttpResponse:
    """JSON as it is."""
    return HttpResponse(text, content_type=JSON)


def answer(value: Any, status: int = 200) -> HttpResponse:
    """Any value as JSON."""
    return HttpResponse(encoded(value), status=status, content_type=JSON)


def empty(status: int) -> HttpResponse:
    """No body at all."""
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response
