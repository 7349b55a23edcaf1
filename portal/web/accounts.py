"""Signing in and out, at the portal and at the identity provider. This module is also its URLconf."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.services.demo import ACCOUNTS
from portal.services.identity.faults import SignInFailed
from portal.services.identity.sign_out import end_session_url
from portal.services.identity.views import Callback, Start
from portal.web.errors import error_response
from portal.web.next_page import safe_next

log = logging.getLogger("portal.identity")


class SignIn(LoginView):
    """The form for local accounts, and the link to the identity provider when there is one."""

    template_name = "registration/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in {"GET", "HEAD"} and request.user.is_authenticated:
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Return ``next`` when it is safe."""
        return safe_next(self.request, self.request.POST.get("next") or self.request.GET.get("next"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add ``sso_url`` and ``sso_label`` with a provider, and ``demo_accounts`` where the demo is loaded."""
        context = super().get_context_data(**kwargs)
        if settings.OIDC_ISSUER:
            target = self.get_redirect_url()
            context["sso_url"] = reverse("oidc_authentication_init") + (
                f"?{urlencode({'next': target})}" if target else ""
            )
            context["sso_label"] = f"Sign in with {settings.OIDC_LABEL}"
        if not settings.PRODUCTION:
            names = get_user_model().objects.filter(is_active=True).values_list("username", flat=True)
            present = set(names.filter(username__in=[account.username for account in ACCOUNTS]))
            context["demo_accounts"] = [
                {"username": one.username, "password": one.password, "name": f"{one.first_name}, {one.role}"}
                for one in ACCOUNTS
                if one.username in present
            ]
        return context


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, then at the provider too when the user came from there."""
    target = end_session_url(request)
    logout(request)
    response: HttpResponse
    if not target:
        response = redirect(resolve_url(settings.LOGOUT_REDIRECT_URL))
    elif request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse(headers={"HX-Redirect": target})
    else:
        # A redirect would count as part of the form's submission, which the page's form-action keeps on this host.
        response = render(request, "registration/leaving.html", {"target": target, "label": settings.OIDC_LABEL})
        response["Refresh"] = f"0; url={target}"
    # Without this the Back button shows earlier pages; the last one, which is still open, hides itself by its token.
    response["Clear-Site-Data"] = '"cache"'
    return response


@never_cache
@require_safe
@login_required
def sign_out_page(request: HttpRequest) -> HttpResponse:
    """Show the form that signs out, for browsers without JavaScript."""
    return render(request, "registration/sign_out.html")


class StartAtProvider(Start):
    """The start of a sign-in at the provider, with a ``next`` that is safe."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = super().get(request)
        request.session["oidc_login_next"] = safe_next(request, request.GET.get("next"))
        return response


def at_provider(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show every fault of a sign-in as a page. 404 when no provider is configured."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        if not settings.OIDC_ISSUER:
            raise Http404("Sign-in at an identity provider is not configured.")
        try:
            return view(request)
        except SignInFailed as fault:
            log.warning("A sign-in failed: %s", fault.reason)
            user_login_failed.send(sender=__name__, credentials={}, request=request)
            again: list[Any] = [{"label": "Back to sign-in", "url": resolve_url(settings.LOGIN_URL)}]
            return error_response(request, fault.status, fault.title, fault.explanation, actions=again)

    return never_cache(shown)


urlpatterns = [
    path("accounts/login/", SignIn.as_view(), name="login"),
    path("accounts/logout/", sign_out, name="logout"),
    path("accounts/sign-out/", sign_out_page, name="sign_out"),
    path("oidc/authenticate/", at_provider(StartAtProvider.as_view()), name="oidc_authentication_init"),
    path("oidc/callback/", at_provider(Callback.as_view()), name="oidc_authentication_callback"),
]
