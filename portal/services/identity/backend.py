"""The authentication backend of mozilla-django-oidc, with its unsafe parts replaced."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from requests.auth import HTTPBasicAuth

from portal.services.accounts import AccountBackend
from portal.services.identity import id_token as id_tokens
from portal.services.identity.account import account_for
from portal.services.identity.faults import denied, expired, unacceptable
from portal.services.identity.fetch import bearer, fetch_json
from portal.services.identity.provider import provider


class Backend(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Signs in by authorization code. Every fault raises SignInFailed; nobody is ever matched by e-mail address."""

    def __init__(self) -> None:
        # The parent's constructor reads the endpoints from settings, but Django makes a backend for every check of a
        # permission, and ours come from the provider at the first sign-in.
        self.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_ID
        self.OIDC_RP_CLIENT_SECRET = settings.OIDC_RP_CLIENT_SECRET

    def authenticate(self, request: HttpRequest, *, nonce: str, code_verifier: str) -> AbstractUser | None:
        """Return the user of the code in ``request``; the keywords keep Django from asking us about passwords."""
        return super().authenticate(request, nonce=nonce, code_verifier=code_verifier)  # type: ignore[no-any-return]

    def get_token(self, payload: dict[str, str]) -> dict[str, Any]:
        """Exchange the code; the client authenticates as the provider prefers, or not at all when it has no secret."""
        data, auth = dict(payload), None
        secret = data.pop("client_secret", "")
        if secret and provider().secret_in_body:
            data["client_secret"] = secret
        elif secret:
            # RFC 6749 §2.3.1 wants both encoded before they are joined.
            auth = HTTPBasicAuth(quote_plus(data["client_id"]), quote_plus(secret))
        status, answer = fetch_json("POST", provider().token_endpoint, data=data, auth=auth)
        if status == 200:
            return answer
        error = answer.get("error")
        if error == "invalid_grant":
            raise expired("the token endpoint refused the code (invalid_grant)")
        raise unacceptable(f"the token endpoint answered {status} ({str(error)[:40]!r})")

    def verify_token(self, token: Any, **kwargs: Any) -> dict[str, Any]:
        return id_tokens.verify(token, kwargs["nonce"], provider())

    def store_tokens(self, access_token: Any, id_token: Any) -> None:
        """Hand the ID token to the view, which keeps it in the session once there is one."""
        self.request.oidc_id_token = id_token

    def get_userinfo(self, access_token: Any, id_token: Any, payload: dict[str, Any]) -> dict[str, Any]:
        """Return the ID token's claims with those of the userinfo endpoint, which must be about the same person."""
        url = provider().userinfo_endpoint
        if not url or not isinstance(access_token, str) or not access_token.isascii() or not access_token.isprintable():
            return payload
        status, answer = fetch_json("GET", url, auth=bearer(access_token))
        if status != 200:
            raise unacceptable(f"the userinfo endpoint answered {status}")
        if answer.get("sub") != payload["sub"]:
            raise unacceptable(
                "the userinfo endpoint answered about another sub than the ID token's (OIDC Core §5.3.2)"
            )
        return payload | answer | {name: payload[name] for name in ("iss", "sub", "aud")}

    def get_or_create_user(self, access_token: Any, id_token: Any, payload: dict[str, Any]) -> AbstractUser:
        user = account_for(payload["iss"], self.get_userinfo(access_token, id_token, payload))
        if not user.is_active:
            raise denied("Your account is switched off. Ask an administrator of the portal.", "the account is inactive")
        return user

    def get_user(self, user_id: Any) -> AbstractUser | None:
        """Return the user, or None when the account was switched off, which the parent does not look at."""
        return AccountBackend.get_user(self, user_id)
