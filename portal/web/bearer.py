"""Signs a program in by its personal API token, sent as a bearer token (RFC 6750)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.services import tokens
from portal.web.errors import API_PREFIX, error_response


class BearerTokenMiddleware:
    """Under /api/, makes the token's owner the user of the request. A token that is not valid is answered with 401."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the Authorization header; without one, the session decides."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not request.path_info.startswith(API_PREFIX):
            return self._get_response(request)
        owner = tokens.owner_of(secret.strip())
        if owner is None:
            return error_response(
                request,
                401,
                explanation="The API token is unknown, expired or revoked. Make a new one in your settings.",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        request.user = owner
        request.signed_in_by_token = True  # type: ignore[attr-defined]
        return self._get_response(request)
