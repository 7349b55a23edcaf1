"""Remembers in a cookie that an account was signed in to from this browser before.

Attempts from such a browser are counted apart, so that a stranger who guesses at an account uses up the strangers'
attempts and not those of its owner (OWASP, "Slow down online guessing attacks with device cookies").
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

YEAR = 365 * 24 * 3600


def cookie_name() -> str:
    """Return the name of the cookie, with the __Host- prefix where cookies are secure."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def is_known(request: HttpRequest, account: str) -> bool:
    """Say whether the browser carries a cookie that this portal made for ``account``."""
    nonce, _, signature = request.COOKIES.get(cookie_name(), "").partition(".")
    return bool(nonce) and constant_time_compare(signature, _sign(nonce, account))


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Leave on the request whose account it signed in to."""
    if request is not None:
        request.signed_in_as = user.get_username()  # type: ignore[attr-defined]


def remember(response: HttpResponse, account: str) -> None:
    """Set the cookie for ``account``. It names nobody: it is a random value and a signature over it and the account."""
    nonce = secrets.token_urlsafe(16)
    response.set_cookie(
        cookie_name(),
        f"{nonce}.{_sign(nonce, account)}",
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _sign(nonce: str, account: str) -> str:
    return salted_hmac("portal.web.known_browser", f"{nonce}.{account}", algorithm="sha256").hexdigest()
