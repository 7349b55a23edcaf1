"""Answers of the API that are given again while what they were made from is the same (portal.api.cached).

They are kept as they left Django, and given before it is asked: all that middlewares, routing and the view do for an
answer takes ten times as long as sending it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from portal.services import sign_ins, standing
from portal.services.revisions import Freshness
from portal.services.standing import Standing, standing_of
from portal.state import state
from portal.web.errors import API_PREFIX
from portal.web.proxy import FORWARDING, is_trusted
from portal.web.ratelimit import TALLY, Tally
from portal.web.request_id import HEADER, identifier_for

MOST_BYTES = 8_000_000
LARGEST_BYTES = 250_000
# What an entry takes beside its body and what it was asked with.
BYTES_BESIDE = 3_000

# Requests with one of these are not for this cache: it neither cuts answers nor compares dates.
PASSED_ON = ("HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
REQUEST_ID = "HTTP_X_REQUEST_ID"
ETAGS = "HTTP_IF_NONE_MATCH"
# The names of Vary that the key tells apart.
TOLD_APART = {"accept-encoding": "HTTP_ACCEPT_ENCODING", "cookie": "HTTP_COOKIE", "origin": "HTTP_ORIGIN"}
KEY = (
    "PATH_INFO",
    "QUERY_STRING",
    "SCRIPT_NAME",
    "REMOTE_ADDR",
    "wsgi.url_scheme",
    "HTTP_HOST",
    "HTTP_AUTHORIZATION",
    *TOLD_APART.values(),
    *(name for name in FORWARDING if name != REQUEST_ID),
)

# What is passed between the two ends of Django, in the environment of the request.
KEPT = "foyer.kept_answer"
BASIS = "foyer.basis"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer was made from."""

    credential: str
    user: tuple[Any, bool]
    standing: Standing
    plugins_on: frozenset[str]
    freshness: Freshness
    until: float

    def is_known_to_hold(self) -> bool:
        """Say, without a look at the database, whether all is as it was: False when one is needed."""
        plugins = state.peek()
        return (
            time.monotonic() < self.until
            and self.freshness.is_known_to_hold()
            and _told_apart(sign_ins.peek(self.credential)) == self.user
            and standing.peek(self.user[0]) == self.standing
            and plugins is not None
            and plugins.on == self.plugins_on
        )

    def holds_for(self, user: Any) -> bool:
        """Say whether ``user``, whom the credential of the answer belongs to now, would be answered the same."""
        return (
            time.monotonic() < self.until
            and _told_apart(user) == self.user
            and standing_of(user) == self.standing
            and state.current().on == self.plugins_on
            and self.freshness.holds()
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it is sent, but for the id of the request."""

    status: str
    headers: tuple[tuple[str, str], ...]
    content: bytes
    basis: Basis
    tally: Tally | None
    from_trusted_proxy: bool

    def may_be_given(self) -> bool:
        """Say whether it is good without asking Django, and count that it is given."""
        return self.basis.is_known_to_hold() and (self.tally is None or self.tally.take())

    def give(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        """Send it, or say that it is what the client has (RFC 9110 §13.1.2)."""
        identifier = identifier_for(environ.get(REQUEST_ID, "") if self.from_trusted_proxy else "")
        if ETAGS in environ and self._is_among(parse_etags(environ[ETAGS])):
            headers = [pair for pair in self.headers if not pair[0].startswith("Content-")]
            start_response("304 Not Modified", [*headers, (HEADER, identifier)])
            return []
        start_response(self.status, [*self.headers, (HEADER, identifier)])
        return [self.content]

    def _is_among(self, etags: list[str]) -> bool:
        own = dict(self.headers).get("ETag", "")
        return etags == ["*"] or own.removeprefix("W/") in {etag.removeprefix("W/") for etag in etags}


class StillGood(HttpResponse):
    """Says to AnswerCache that what it kept can be given."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class CachedAnswersMiddleware:
    """Knows who asks, and so whether a kept answer still holds and on what a new one is based."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say that the kept answer is good, or on what the new one is based."""
        credential = getattr(request, "credential", None)
        if KEPT not in request.META or credential is None or not request.user.is_authenticated:
            return self._get_response(request)
        kept: Answer | None = request.META[KEPT]
        if kept and kept.basis.credential == credential and kept.basis.holds_for(request.user):
            return StillGood(kept)
        user, standing_now, plugins_on = _told_apart(request.user), standing_of(request.user), state.current().on
        response = self._get_response(request)
        freshness: Freshness | None = getattr(request, "fresh_while", None)
        if freshness and user and not request.session.modified:
            until = time.monotonic() + freshness.seconds
            request.META[BASIS] = Basis(credential, user, standing_now, plugins_on, freshness, until)
        return response


class AnswerCache:
    """The WSGI application ``application``, which is not asked again for what it has answered.

    Keeps 8 MB of answers in the process; the oldest go first.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._answers: dict[Key, Answer] = {}
        self._bytes = 0
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Give the answer that is kept, or keep the one that is given."""
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        for_whom_has = (*key, environ.get(ETAGS))
        kept = self._answers.get(key) or self._answers.get(for_whom_has)
        if kept and kept.may_be_given():
            return kept.give(environ, start_response)
        # The middlewares put the client's address in the place of the proxy's.
        from_trusted_proxy = is_trusted(environ.get("REMOTE_ADDR", ""))
        environ[KEPT] = kept
        begun: list[Any] = []
        response = self._application(environ, lambda *arguments: begun.extend(arguments))
        if isinstance(response, StillGood):
            response.close()
            return response.answer.give(environ, start_response)
        basis: Basis | None = environ.get(BASIS)
        if basis and isinstance(response, HttpResponse) and _may_be_kept(response):
            headers = tuple((name, value) for name, value in response.items() if name != HEADER)
            answer = Answer(begun[0], headers, response.content, basis, environ.get(TALLY), from_trusted_proxy)
            with self._lock:
                self._forget(key)
                self._forget(for_whom_has)
                self._keep(key if response.status_code == HTTPStatus.OK else for_whom_has, answer)
        start_response(*begun)
        return response

    def _keep(self, key: Key, answer: Answer) -> None:
        self._answers[key] = answer
        self._bytes += _size(key, answer)
        while self._bytes > MOST_BYTES:
            self._forget(next(iter(self._answers)))

    def _forget(self, key: Key) -> None:
        if last := self._answers.pop(key, None):
            self._bytes -= _size(key, last)


def _key(environ: Environ) -> Key | None:
    """Return all that an answer may depend on beside its basis, or None for what is not kept."""
    if environ["REQUEST_METHOD"] != "GET" or not environ["PATH_INFO"].startswith(API_PREFIX):
        return None
    get = environ.get
    if "no-cache" in get("HTTP_CACHE_CONTROL", "") or any(name in environ for name in PASSED_ON):
        return None
    return tuple([get(name) for name in KEY])


def _size(key: Key, answer: Answer) -> int:
    """About as many bytes of memory: clients choose how long their headers are."""
    return len(answer.content) + sum(len(part) for part in key if part) + BYTES_BESIDE


def _told_apart(user: Any) -> tuple[Any, bool] | None:
    return user and (user.pk, user.is_superuser)


def _may_be_kept(response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
        and not response.streaming
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
        and varies <= TOLD_APART.keys()
        and len(response.content) <= LARGEST_BYTES
    )
