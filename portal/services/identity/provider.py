"""What the identity provider says about itself (OpenID Connect Discovery 1.0), fetched at the first sign-in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import jwt
from django.conf import settings
from jwt.exceptions import PyJWKClientError

from portal.services.identity.faults import SignInFailed, unacceptable, unreachable
from portal.services.identity.fetch import fetch_json

LIFESPAN = 3600.0
PAUSE = 5.0
WAIT_FOR_DOCUMENT = 2.0
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Keys(jwt.PyJWKClient):
    """The provider's signing keys, cached for 5 minutes and fetched again when a token names an unknown key.

    Tokens come from the provider's token endpoint only, so nobody else can force that fetch.
    """

    def __init__(self, uri: str) -> None:
        super().__init__(uri, lifespan=300)

    def fetch_data(self) -> Any:
        status, data = fetch_json("GET", self.uri)
        if status != 200:
            raise unreachable(f"GET {self.uri} answered {status}")
        return data

    def key_of(self, token: str) -> jwt.PyJWK:
        """Return the key that ``token`` names, or the only key when it names none. Raises PyJWTError."""
        identifier = jwt.get_unverified_header(token).get("kid")
        # Unlike get_signing_key, this takes no lock, so that a hanging fetch makes nobody else wait.
        key = self._match(identifier, refresh=False) or self._match(identifier, refresh=True)
        if key is None:
            raise PyJWKClientError("the token names no key of the provider")
        return key

    def _match(self, identifier: str | None, *, refresh: bool) -> jwt.PyJWK | None:
        keys = [key for key in self.get_jwk_set(refresh).keys if key.public_key_use in {"sig", None}]
        if identifier is not None:
            keys = [key for key in keys if key.key_id == identifier]
        return keys[0] if len(keys) == 1 else None


@dataclass(frozen=True)
class Provider:
    """The endpoints of the provider; those it does not have are ""."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    end_session_endpoint: str
    secret_in_body: bool
    keys: Keys


class _Cache:
    """Holds the provider of this process and fetches it once at a time."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.provider: Provider | None = None
        self.fresh_until = 0.0
        self.failure: SignInFailed | None = None
        self.pause_until = 0.0

    def get(self) -> Provider:
        now = time.monotonic()
        if self.provider and (now < self.fresh_until or now < self.pause_until):
            return self.provider
        if not self.lock.acquire(timeout=WAIT_FOR_DOCUMENT):
            raise unreachable("the discovery document was being fetched and did not come")
        try:
            return self._get_alone()
        finally:
            self.lock.release()

    def _get_alone(self) -> Provider:
        now = time.monotonic()
        if self.provider and now < self.fresh_until:
            return self.provider
        if self.failure and now < self.pause_until:
            raise SignInFailed(*self.failure.args)
        try:
            self.provider = _discover(settings.OIDC_ISSUER)
        except SignInFailed as failure:
            self.failure, self.pause_until = failure, time.monotonic() + PAUSE
            if self.provider:
                return self.provider
            raise
        self.failure, self.fresh_until = None, time.monotonic() + LIFESPAN
        return self.provider


_cache = _Cache()


def provider() -> Provider:
    """Return the provider of ``settings.OIDC_ISSUER``; its document is kept for an hour, and longer while it is down.

    After a failure the provider is left alone for 5 s. Raises SignInFailed.
    """
    return _cache.get()


def forget_provider() -> None:
    """Fetch the document anew next time. Tests need it, and so does a change of issuer."""
    global _cache
    _cache = _Cache()


def _discover(issuer: str) -> Provider:
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    status, document = fetch_json("GET", url)
    if status != 200:
        raise unreachable(f"GET {url} answered {status}")
    if document.get("issuer") != issuer:
        raise unacceptable(f"{url} names another issuer than FOYER_OIDC_ISSUER, which must match to the letter")
    endpoints = {name: _endpoint(document, name, issuer) for name in (*ENDPOINTS, *OPTIONAL_ENDPOINTS)}
    for name in ENDPOINTS:
        if not endpoints[name]:
            raise unacceptable(f"{url} has no {name}")
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    secret_in_body = "client_secret_basic" not in methods and "client_secret_post" in methods
    keys = Keys(endpoints.pop("jwks_uri"))
    return Provider(issuer=issuer, secret_in_body=secret_in_body, keys=keys, **endpoints)


def _endpoint(document: dict[str, Any], name: str, issuer: str) -> str:
    value = document.get(name) or ""
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        well_formed = value.isascii() and value.isprintable() and " " not in value and bool(parts.hostname)
        secure = well_formed and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
    except (ValueError, AttributeError, TypeError):
        secure = False
    # A provider reached over TLS must not move the code or the secret to a plain connection.
    if not secure or (issuer.startswith("https:") and not value.startswith("https:")):
        raise unacceptable(f"the provider's {name} is not an https address")
    return str(value)
