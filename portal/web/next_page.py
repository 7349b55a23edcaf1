"""Where a visitor may be sent after signing in: a path on this host and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

MAX_LENGTH = 2000
SIGN_IN_PAGES = ("login", "logout", "sign_out", "oidc_authentication_init", "oidc_authentication_callback")


def safe_next(request: HttpRequest, target: str | None) -> str:
    """Return ``target`` when it is an absolute path on this host that is safe in a Location header, else "".

    The sign-in pages themselves are refused too, because going there after signing in would be a loop.
    """
    if not target or len(target) > MAX_LENGTH or not target.startswith("/") or not target.isprintable():
        return ""
    # Browsers read a backslash as a slash, and drop dot segments before they look for a host.
    if "\\" in target or target.startswith("//") or not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return ""
    path = urlsplit(target).path
    return "" if "//" in path or path in {reverse(name) for name in SIGN_IN_PAGES} else target
