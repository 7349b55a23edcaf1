"""When a session has ended, takes the whole page to sign-in instead of swapping the sign-in form into a part of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from portal.web.next_page import safe_next


class LoginExpiryMiddleware:
    """Turns a redirect to the sign-in page that answers an htmx request into HX-Redirect.

    ``next`` becomes the page the person is on (HX-Current-URL), not the fragment that was asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx = request.htmx  # type: ignore[attr-defined]
        if not htmx or not 300 <= response.status_code < 400:
            return response
        login = resolve_url(settings.LOGIN_URL)
        if urlsplit(response.get("Location", "")).path != login:
            return response
        try:
            page = safe_next(request, htmx.current_url_abs_path)
        except ValueError:
            # The header is the client's, and need not be a URL.
            page = ""
        return HttpResponseClientRedirect(f"{login}?{urlencode({'next': page})}" if page else login)
