from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.services.identity import provider as provider_module
from tests.identity.hostile import CLIENT_ID, CLIENT_SECRET, HostileProvider

BACKEND = "portal.services.identity.backend.Backend"


def trust(settings: Any, issuer: str) -> None:
    """Configure sign-in at ``issuer``, as the environment does it at start-up."""
    settings.OIDC_ISSUER = issuer
    settings.OIDC_RP_CLIENT_ID = CLIENT_ID
    settings.OIDC_RP_CLIENT_SECRET = CLIENT_SECRET
    settings.OIDC_TIMEOUT = 1
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, BACKEND]
    provider_module.forget_provider()


@pytest.fixture
def idp(settings: Any) -> Iterator[HostileProvider]:
    provider = HostileProvider()
    trust(settings, provider.issuer)
    yield provider
    provider.close()
    provider_module.forget_provider()


class Visitor:
    """A browser that signs in at the provider."""

    def __init__(self, provider: HostileProvider) -> None:
        self.provider = provider
        self.client = Client()

    def start(self, **query: str) -> HttpResponse:
        return self.client.get("/oidc/authenticate/", query)

    def callback(self, **parameters: str) -> HttpResponse:
        return self.client.get("/oidc/callback/", parameters)

    def sign_in(self, **query: str) -> HttpResponse:
        """Go through a whole sign-in and return the answer to the callback."""
        started = self.start(**query)
        assert started.status_code == 302, started.content
        return self.callback(**self.provider.authorize(started["Location"]))

    @property
    def is_signed_in(self) -> bool:
        return "_auth_user_id" in self.client.session


@pytest.fixture
def visitor(idp: HostileProvider) -> Visitor:
    return Visitor(idp)


def query_of(location: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(location).query))
