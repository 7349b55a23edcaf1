"""The host's own pages: home and settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from portal.loading.openapi import problem
from portal.models import Preferences
from portal.registry import registry
from portal.services.permissions import decide
from portal.state import is_on
from portal.web.manifest import manifest as build_manifest


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the cards of the home slots."""
    return render(request, "home.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def theme(request: HttpRequest) -> HttpResponse:
    """Let the user choose system, light or dark; then go back to where the choice was made."""
    if request.method == "POST":
        chosen = request.POST.get("theme", "")
        user: Any = request.user
        if chosen in Preferences.Theme.values:
            Preferences.objects.update_or_create(user=user, defaults={"theme": chosen})
        else:
            messages.error(request, "Choose system, light or dark.")
        target = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return redirect(target if safe else "theme")
    return render(request, "settings/theme.html", {"themes": Preferences.Theme.choices})


def _sign_in_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 401, as every plugin's API does: a program has no use for the sign-in page."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return problem(request, 401, "Sign in first.")
        return view(request, *args, **kwargs)

    return checked


@require_safe
@_sign_in_first
def api_index(request: HttpRequest) -> JsonResponse:
    """List the OpenAPI documents of the enabled plugins that this user may call."""
    entries = [
        {
            "plugin": label,
            "title": str(one.plugin.verbose_name),
            "version": one.plugin.version,
            "base": f"{reverse('api_index')}{label}/",
            "openapi": f"{reverse('api_index')}{label}/openapi.json",
        }
        for label, one in registry.plugins.items()
        if one.api and is_on(label) and decide(request.user, "", one.plugin.permissions, label)
    ]
    return JsonResponse({"plugins": entries})


@require_safe
@_sign_in_first
def manifest(request: HttpRequest, label: str) -> JsonResponse:
    """Answer with the manifest of a plugin that is on, for those who may use it and for admins."""
    one = registry.plugins.get(label)
    if one is None or not is_on(label):
        raise Http404("There is no such plugin.")
    if not request.user.is_staff and not decide(request.user, "", one.plugin.permissions, label):
        raise PermissionDenied("You hold no permission of this plugin.")
    return JsonResponse(build_manifest(one))
