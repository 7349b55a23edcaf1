"""Limits how often one client may call the API and try to sign in.

Counters stand in the cache "counters": exact in one process, shared through Redis when there are several. While Redis
can't be reached each process counts for itself, so a limit still holds, per process (portal.services.shared_cache).
Answers that are given again (portal.web.cached_answers) each process counts for itself in any case: asking for the
shared counter takes longer than the answer.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from functools import cached_property, lru_cache
from ipaddress import ip_network
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_ratelimit.core import get_usage

from portal.web import errors, known_browser

SIGN_IN_RATE = "10/m"  # posts of the sign-in form per client address
ACCOUNT_RATE = "10/5m"  # posts for one account, from all browsers that have never signed in to it together
PROVIDER_RATE = "60/m"  # starts and ends of a sign-in at the identity provider per client address

IPV6_SUBSCRIBER = 64
# The name in the environment of a request under which the tally of its client is found.
TALLY = "foyer.tally"

SIGN_IN_EXPLANATION = (
    "There were too many attempts to sign in. Wait {wait}, then try again. "
    "A browser you have signed in with before is not held up by other people's attempts."
)


class Tally:
    """How many answers this process may give one client again in the minute at hand, beside the requests counted."""

    def __init__(self) -> None:
        self._given = 0
        self._left = 0
        self._ends = 0.0
        self._lock = Lock()

    def take(self) -> bool:
        """Count one answer and return True, or return False when the request is to be counted by the limit itself."""
        with self._lock:
            if self._left <= 0 or time.time() >= self._ends:
                return False
            self._left -= 1
            self._given += 1
            return True

    def is_within(self, left: int, seconds: int) -> bool:
        """Say whether the client is within its limit, of which ``left`` requests are left for ``seconds``."""
        ends = time.time() + seconds
        with self._lock:
            # Both are rounded to seconds, and minutes follow each other.
            if ends - self._ends > 2:
                self._given = 0
            self._ends = ends
            self._left = left - self._given
            return self._left >= 0


class RateLimitMiddleware:
    """Answers 429 with Retry-After when a client is over a limit. REMOTE_ADDR is the client's address.

    An IPv6 client is its /64 network, because that is what one subscriber is given.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._tallies: WeakValueDictionary[str, Tally] = WeakValueDictionary()

    @cached_property
    def _sign_in_paths(self) -> set[str]:
        return {reverse("login"), reverse("admin:login")}

    @cached_property
    def _provider_paths(self) -> set[str]:
        return {reverse("oidc_authentication_init"), reverse("oidc_authentication_callback")}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if request.path_info.startswith(errors.API_PREFIX):
            return self._api(request)
        if request.method == "POST" and path in self._sign_in_paths:
            return self._sign_in(request)
        if path in self._provider_paths:
            return self._limited(request, _wait(request, "provider", "ip", PROVIDER_RATE))
        return self.get_response(request)

    def _api(self, request: HttpRequest) -> HttpResponse:
        limit = settings.API_RATE
        if not limit:
            return self.get_response(request)
        client = _client(request.META["REMOTE_ADDR"])
        usage = _usage(request, "api", lambda group, request: client, f"{limit}/m")
        tally = request.META[TALLY] = self._tallies.setdefault(client, Tally())
        if tally.is_within(usage["limit"] - usage["count"], usage["time_left"]) and not usage["should_limit"]:
            return self.get_response(request)
        wait = max(1, usage["time_left"])
        detail = f"More than {limit} requests in a minute came from your address. Try again in {_seconds(wait)}."
        return errors.error_response(request, 429, explanation=detail, headers={"Retry-After": str(wait)})

    def _sign_in(self, request: HttpRequest) -> HttpResponse:
        account = _account(request.POST.get("username", ""))
        wait = _wait(request, "sign-in", "ip", SIGN_IN_RATE)
        if not wait:
            known = known_browser.is_known(request, account)
            bucket = f"{account} {request.COOKIES[known_browser.cookie_name()]}" if known else account
            wait = _wait(request, "account", lambda group, request: bucket, ACCOUNT_RATE)
        response = self._limited(request, wait)
        # Only what this request signed in to: its sender may be signed in already, and be guessing.
        signed_in_as = getattr(request, "signed_in_as", "")
        if signed_in_as:
            known_browser.remember(response, _account(signed_in_as))
        return response

    def _limited(self, request: HttpRequest, wait: int) -> HttpResponse:
        if not wait:
            return self.get_response(request)
        explanation = SIGN_IN_EXPLANATION.format(wait=_seconds(wait))
        return errors.error_response(request, 429, explanation=explanation, headers={"Retry-After": str(wait)})


def _wait(request: HttpRequest, group: str, key: str | Callable[[str, HttpRequest], str], rate: str) -> int:
    """Count this request and return 0, or the seconds until the next one is let through."""
    usage = _usage(request, group, key, rate)
    return max(1, usage["time_left"]) if usage["should_limit"] else 0


def _usage(request: HttpRequest, group: str, key: str | Callable[[str, HttpRequest], str], rate: str) -> dict[str, Any]:
    usage: dict[str, Any] = get_usage(request, group=group, key=key, rate=rate, increment=True)
    return usage


@lru_cache(maxsize=1024)
def _client(address: str) -> str:
    return str(ip_network((address, IPV6_SUBSCRIBER), strict=False)) if ":" in address else address


def _account(username: str) -> str:
    """Return the name as the sign-in form looks it up."""
    return unicodedata.normalize("NFKC", username.strip())[:150]


def _seconds(number: int) -> str:
    return f"{number} second{'' if number == 1 else 's'}"
