"""Decides once, before anything else runs, who the client is and which forwarding headers count."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDING = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_X_REQUEST_ID",
)


class TrustedProxyMiddleware:
    """Sets REMOTE_ADDR to the client's address, and drops forwarding headers that no trusted proxy sent.

    Trusted are the networks in ``settings.TRUSTED_PROXIES``. X-Forwarded-For is read from right to left and the first
    address that is not a trusted proxy is the client, because everything left of it was written by the client itself.
    Whatever runs later may believe REMOTE_ADDR, X-Forwarded-Proto and X-Request-ID.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = _address(request.META.get("REMOTE_ADDR", ""))
        if peer is not None and _is_trusted(peer):
            request.META["REMOTE_ADDR"] = str(_client(peer, request.META.get("HTTP_X_FORWARDED_FOR", "")))
        else:
            for header in FORWARDING:
                request.META.pop(header, None)
        return self.get_response(request)


def _client(peer: IPv4Address | IPv6Address, forwarded_for: str) -> IPv4Address | IPv6Address:
    nearest = peer
    for item in reversed(forwarded_for.split(",")):
        address = _address(item)
        if address is None:
            break
        nearest = address
        if not _is_trusted(address):
            break
    return nearest


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in "192.0.2.1", "192.0.2.1:443", "2001:db8::1" or "[2001:db8::1]:443", or None."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def is_trusted(remote_address: str) -> bool:
    """Say whether what connects from this address is one of ``settings.TRUSTED_PROXIES``."""
    peer = _address(remote_address)
    return peer is not None and _is_trusted(peer)


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
