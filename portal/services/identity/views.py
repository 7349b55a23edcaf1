"""The start and the end of a sign-in at the identity provider. Both raise SignInFailed; portal.web draws the pages."""

from __future__ import annotations

import re
import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from portal.services.identity.faults import SignInFailed, denied, expired, unacceptable, unreachable
from portal.services.identity.provider import provider

MAX_AGE = 600
ID_TOKEN = "oidc_id_token"  # noqa: S105 - the name of a session entry


class Start(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """Sends the visitor to the provider with state, nonce and a PKCE S256 challenge."""

    def __init__(self, **kwargs: Any) -> None:
        # The parent's constructor reads the endpoint from settings.
        super(OIDCAuthenticationRequestView, self).__init__(**kwargs)
        self.OIDC_OP_AUTH_ENDPOINT = provider().authorization_endpoint
        self.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_ID

    def get(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = super().get(request)
        endpoint = self.OIDC_OP_AUTH_ENDPOINT
        if "?" in endpoint:
            # RFC 6749 §3.1 lets the endpoint have a query of its own, which the parent does not expect.
            response["Location"] = response["Location"].replace(f"{endpoint}?", f"{endpoint}&", 1)
        return response


class Callback(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """Takes the visitor back from the provider and signs in, or raises SignInFailed and leaves the session as it was.

    Only a state that this browser was given in the last 10 minutes counts, also for errors: the parent signs out
    whoever follows a link with ``?error=`` in it.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        _take_state(request)
        if request.GET.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
            raise unacceptable("the answer names another issuer (RFC 9207)")
        if "error" in request.GET:
            raise _refusal(request.GET["error"])
        if not request.GET.get("code"):
            raise unacceptable("the answer has neither a code nor an error")
        try:
            response: HttpResponse = super().get(request)
        except UpdateError as error:
            raise expired("the session ended meanwhile") from error
        return response

    def login_success(self) -> HttpResponse:
        response: HttpResponse = super().login_success()
        self.request.session[ID_TOKEN] = self.request.oidc_id_token
        return response

    def login_failure(self) -> HttpResponse:
        raise denied("Your account may not sign in. Ask an administrator of the portal.", "no backend returned a user")


def _take_state(request: HttpRequest) -> None:
    """Check the state. The parent uses it up when it exchanges the code; for every other answer it is used up here."""
    states = request.session.get("oidc_states")
    state = request.GET.get("state", "")
    if not isinstance(states, dict) or state not in states:
        raise expired("the state is missing, unknown or was used before")
    is_old = time.time() - states[state].get("added_on", 0) > MAX_AGE
    if is_old or "error" in request.GET or not request.GET.get("code"):
        del states[state]
        request.session.modified = True
    if is_old:
        raise expired(f"the state is older than {MAX_AGE} s")


def _refusal(error: str) -> SignInFailed:
    # The description that comes with an error is anybody's text in a link, so it is neither shown nor logged.
    code = error if re.fullmatch(r"[a-z_]{1,40}", error) else "malformed"
    reason = f"the provider answered with the error {code}"
    if code in {"temporarily_unavailable", "server_error"}:
        return unreachable(reason)
    if code in {"access_denied", "login_required", "interaction_required", "consent_required"}:
        return denied("The sign-in service declined, or the sign-in was cancelled there. You can try again.", reason)
    return unacceptable(reason)
