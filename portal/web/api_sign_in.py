"""Who asks the API: the owner of a personal API token, sent as a bearer token (RFC 6750), or else of the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from portal.services import tokens
from portal.services.sign_ins import kept_user
from portal.web.errors import API_PREFIX, error_response

READS = ("GET", "HEAD")


class ApiSignInMiddleware:
    """Under /api/, sets the user of the request. A token that is not valid is answered with 401.

    For reads, whose a credential is is kept for half a second: loading it took as long as most answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the Authorization header; without one, the session decides."""
        if not request.path_info.startswith(API_PREFIX):
            return self._get_response(request)
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            if request.method in READS and settings.SESSION_COOKIE_NAME in request.COOKIES:
                request.user = _owner_of_session(request)
            return self._get_response(request)
        secret = secret.strip()
        find = partial(tokens.owner_of, secret)
        owner = _kept(request, f"token {secret}", find) if request.method in READS else find()
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


def _owner_of_session(request: HttpRequest) -> Any:
    def find() -> Any:
        user = get_user(request)
        return user if user.is_authenticated else None

    # The answer depends on the cookie, whether or not the session was loaded for it.
    request.session.accessed = True
    return _kept(request, f"session {request.session.session_key}", find) or AnonymousUser()


def _kept(request: HttpRequest, credential: str, find: Callable[[], Any]) -> Any:
    request.credential = credential  # type: ignore[attr-defined]
    return kept_user(credential, find)
