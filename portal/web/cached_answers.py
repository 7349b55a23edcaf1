"""Answers of the API that are given again while what they were made from is the same (portal.api.cached)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from portal.services.revisions import Freshness
from portal.services.standing import Standing, standing_of
from portal.state import state
from portal.web.errors import API_PREFIX

MOST_BYTES = 8_000_000
LARGEST_BYTES = 250_000
# What an entry takes beside its body: its headers and its address.
BYTES_BESIDE = 2_000
TOLD_APART = {"cookie", "accept-encoding"}

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and all that it may depend on."""

    headers: dict[str, str]
    content: bytes
    freshness: Freshness
    until: float
    standing: Standing
    plugins_on: frozenset[str]

    def is_fresh(self, user: Any) -> bool:
        """Say whether ``user``, whom it was given to, would be answered the same now."""
        return (
            time.monotonic() < self.until
            and self.standing is standing_of(user)
            and self.plugins_on == state.current().on
            and self.freshness.holds()
        )


class CachedAnswersMiddleware:
    """Keeps 8 MB of answers in the process, as they were compressed; the oldest go first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._answers: dict[Key, Answer] = {}
        self._bytes = 0
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the answer that is kept, or keep the one that is given."""
        if (
            request.method != "GET"
            or not request.path_info.startswith(API_PREFIX)
            or "HTTP_RANGE" in request.META
            or not request.user.is_authenticated
        ):
            return self._get_response(request)
        key = _key(request)
        kept = self._answers.get(key)
        if kept and kept.is_fresh(request.user) and "no-cache" not in request.META.get("HTTP_CACHE_CONTROL", ""):
            response = HttpResponse(kept.content, headers=kept.headers)
            if "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MATCH" in request.META:
                return get_conditional_response(request, etag=kept.headers.get("ETag"), response=response) or response
            return response
        standing, plugins_on = standing_of(request.user), state.current().on
        response = self._get_response(request)
        freshness: Freshness | None = getattr(request, "fresh_while", None)
        if freshness and _may_be_kept(request, response):
            until = time.monotonic() + freshness.seconds
            headers = dict(response.items())
            self._keep(key, Answer(headers, response.content, freshness, until, standing, plugins_on))
        return response

    def _keep(self, key: Key, answer: Answer) -> None:
        with self._lock:
            if last := self._answers.pop(key, None):
                self._bytes -= _size(last)
            self._answers[key] = answer
            self._bytes += _size(answer)
            while self._bytes > MOST_BYTES:
                oldest = next(iter(self._answers))
                self._bytes -= _size(self._answers.pop(oldest))


def _key(request: HttpRequest) -> Key:
    meta = request.META
    user: Any = request.user
    return (
        user.pk,
        user.is_superuser,
        getattr(request, "signed_in_by_token", False),
        request.get_full_path(),
        request.scheme,
        meta.get("HTTP_HOST"),
        meta.get("HTTP_ACCEPT_ENCODING"),
    )


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not request.session.modified
        and "no-store" not in response.get("Cache-Control", "")
        and varies <= TOLD_APART
        and len(response.content) <= LARGEST_BYTES
    )


def _size(answer: Answer) -> int:
    return len(answer.content) + BYTES_BESIDE
