"""Denies by default: a plugin's pages and API are for signed-in users who hold at least one of its permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from portal.loading.openapi import problem
from portal.routing import plugin_of
from portal.services.permissions import decide


class AccessMiddleware:
    """Asks before any view of a plugin runs; a view that is ``@public`` is open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the decision is made when its view is known."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let the request through (None), or answer with the login page, 401, 403."""
        one = plugin_of(request.resolver_match)
        if one is None:
            return None
        request.csp_needs = one.plugin.csp  # type: ignore[attr-defined]
        if getattr(view, "is_public", False):
            return None
        is_api = request.resolver_match is not None and request.resolver_match.namespace.startswith("api-")
        if not request.user.is_authenticated:
            return problem(request, 401, "Sign in first.") if is_api else redirect_to_login(request.get_full_path())
        if not decide(request.user, "", one.plugin.permissions, one.label):
            message = f"You hold no permission of {one.plugin.verbose_name}. Ask an admin for a role that has one."
            if is_api:
                return problem(request, 403, message)
            raise PermissionDenied(message)
        return None
