"""Where signing out goes on: OpenID Connect RP-Initiated Logout 1.0."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.services.identity.faults import SignInFailed
from portal.services.identity.provider import provider
from portal.services.identity.views import ID_TOKEN

MAX_HINT = 4000


def end_session_url(request: HttpRequest) -> str:
    """Return the provider's address that ends its own session, or "" when the user did not come from there.

    It is "" too when the provider has no such endpoint or can't be reached: signing out here never fails.
    Call it before the session is cleared.
    """
    hint = request.session.get(ID_TOKEN)
    if not settings.OIDC_ISSUER or not hint:
        return ""
    try:
        endpoint = provider().end_session_endpoint
    except SignInFailed:
        return ""
    if not endpoint:
        return ""
    query = {
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("login")),
    }
    if len(hint) <= MAX_HINT:
        query["id_token_hint"] = hint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"
