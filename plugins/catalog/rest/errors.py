"""Errors as Backstage's backends answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja.errors import HttpError

from plugins.catalog.queries.predicates import QueryError

Answer = TypeVar("Answer")

NAMES: Mapping[int, str] = {
    400: "InputError",
    401: "AuthenticationError",
    403: "NotAllowedError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    409: "ConflictError",
    413: "PayloadTooLargeError",
    503: "ServiceUnavailableError",
}


def error_body(request: HttpRequest, status: int, detail: str) -> Mapping[str, Any]:
    """The JSON of an error response; paths are those within the plugin's API, as behind Backstage's router."""
    mount = request.path_info.index("/catalog") + len("/catalog")
    path = request.get_full_path_info()[mount:]
    return {
        "error": {"name": NAMES.get(status, "Error"), "message": detail},
        "request": {"method": request.method, "url": path},
        "response": {"statusCode": status},
    }


def understood(answer: Callable[..., Answer], request: HttpRequest, *args: str) -> Answer:
    """Answer a request; a question that can't be understood is an InputError."""
    try:
        return answer(request, *args)
    except QueryError as error:
        raise HttpError(400, str(error)) from None
