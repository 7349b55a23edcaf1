from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """Send a part."""
    return StreamingHttpResponse(parts())


def parts() -> Iterator[str]:
    """Break after the first part."""
    yield "the first part"
    raise RuntimeError("the page is torn")
