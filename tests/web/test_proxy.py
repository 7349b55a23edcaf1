"""Who the client is, behind proxies and without them."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.web.proxy import FORWARDING, TrustedProxyMiddleware

PROXIES = ["10.0.0.0/8", "fd00::/8"]


def seen(settings: Any, proxies: list[str], peer: str, **headers: str) -> HttpRequest:
    settings.TRUSTED_PROXIES = [ip_network(proxy) for proxy in proxies]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    TrustedProxyMiddleware(lambda request: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    "header",
    [name.removeprefix("HTTP_") for name in FORWARDING],
)
def test_a_stranger_cannot_pass_for_a_proxy(settings: Any, header: str) -> None:
    request = seen(settings, PROXIES, "203.0.113.9", **{f"HTTP_{header}": "198.51.100.1"})
    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert f"HTTP_{header}" not in request.META


def test_without_configured_proxies_nobody_is_one(settings: Any) -> None:
    request = seen(settings, [], "127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert request.META["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded_for", "client"),
    [("198.51.100.1", "198.51.100.1"),
     ("203.0.113.66, 198.51.100.1", "198.51.100.1"),
     ("198.51.100.1, 10.0.0.7", "198.51.100.1"),
     ("203.0.113.66,198.51.100.1,10.0.0.7 , 10.0.0.8", "198.51.100.1"),
     ("10.0.0.7, 10.0.0.8", "10.0.0.7"),
     ("", "10.0.0.5"),
     ("198.51.100.1:4711", "198.51.100.1"),
     ("[2001:db8::1]:443", "2001:db8::1"),
     ("2001:db8::1", "2001:db8::1"),
     ("::ffff:198.51.100.1", "198.51.100.1"),
     ("198.51.100.1, garbage", "10.0.0.5"),
     ("198.51.100.1, garbage, 10.0.0.7", "10.0.0.7")],
)  # fmt: skip
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(
    settings: Any, forwarded_for: str, client: str
) -> None:
    request = seen(settings, PROXIES, "10.0.0.5", HTTP_X_FORWARDED_FOR=forwarded_for)
    assert request.META["REMOTE_ADDR"] == client


def test_a_proxy_keeps_its_scheme_and_request_id(settings: Any) -> None:
    request = seen(settings, PROXIES, "fd00::5", HTTP_X_FORWARDED_PROTO="https", HTTP_X_REQUEST_ID="abcdefgh")
    assert request.META["HTTP_X_FORWARDED_PROTO"] == "https"
    assert request.META["HTTP_X_REQUEST_ID"] == "abcdefgh"


@given(st.text(st.characters(codec="ascii"), max_size=60), st.ip_addresses())
def test_whatever_the_client_wrote_the_address_its_proxy_saw_wins(written: str, address: Any) -> None:
    from django.test import override_settings

    with override_settings(TRUSTED_PROXIES=[ip_network("192.0.2.1")]):
        request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=f"{written}, {address}")
        TrustedProxyMiddleware(lambda request: HttpResponse())(request)
    expected = getattr(address, "ipv4_mapped", None) or address
    assert str(expected) == "192.0.2.1" or request.META["REMOTE_ADDR"] == str(expected)
