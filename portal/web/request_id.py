"""Gives every request an id, for the log, the error pages and the person who reports a problem."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.services import request_id

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class RequestIdMiddleware:
    """Sets ``request.request_id`` and answers with it in X-Request-ID.

    The id of a trusted proxy is kept (TrustedProxyMiddleware has dropped everyone else's) when it is 8 to 64 letters,
    digits, dots, hyphens or underscores; otherwise the request gets 16 random hexadecimal digits.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = identifier_for(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.request_id = identifier  # type: ignore[attr-defined]
        token = request_id.bind(identifier)
        try:
            response = self.get_response(request)
        finally:
            request_id.unbind(token)
        # What browsers keep for years answers no request in particular, and its headers are bytes of the first page.
        if "immutable" not in response.get("Cache-Control", ""):
            response[HEADER] = identifier
        return response


def identifier_for(given: str) -> str:
    """Return the id a trusted proxy has given if it is well-formed, and else a new one."""
    return given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
