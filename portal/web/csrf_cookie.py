"""Keeps tokens out of pages: the script reads the CSRF token from its cookie, so every full page must have set it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token, rotate_token


class CsrfCookieMiddleware:
    """Sets the CSRF cookie with a full HTML page for a signed-in user who has none.

    The token stays out of the body, because Django masks it anew each time and the page could never answer 304.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.status_code == 200
            and settings.CSRF_COOKIE_NAME not in request.COOKIES
            and response.get("Content-Type", "").startswith("text/html")
            and not request.htmx  # type: ignore[attr-defined]
            and request.user.is_authenticated
        ):
            get_token(request)
        return response


@receiver(user_logged_out)
def change_token(request: HttpRequest, **kwargs: Any) -> None:
    """Tell pages of the signed-out user that are still in the browser's memory that they are out of date."""
    rotate_token(request)
