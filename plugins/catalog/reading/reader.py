"""Reading addresses with a memory: what has not changed is not sent again."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from django.db.models import F
from django.utils import timezone

from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.models import DiscoveredLocation, ReadUrl
from plugins.catalog.reading import trees
from plugins.catalog.reading.allow_list import AllowList, parse
from plugins.catalog.reading.fetch import SECONDS, Fetched, Refused, Silent, Validators, fetch
from plugins.catalog.reading.integrations import Integrations
from plugins.catalog.reading.limits import explained
from portal.api import config

MAX_SECONDS = 60.0
MAX_SECONDS_MORE = 3_000
# Each answer may have MAX_BYTES, and hosts of Git ask for moderation.
AT_ONCE = 8
MAX_SILENCES = 3


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked about an address; ``row`` is what was read from it before."""

    address: str
    authority: str
    headers: dict[str, str]
    row: ReadUrl | None
    deadline: float


class UrlReader:
    """Reads addresses for one ingestion or preview: each at most once, all together within ``seconds``.

    Those that are expected are asked for at the same time, AT_ONCE of them at most.
    """

    def __init__(
        self,
        allowed: AllowList,
        malformed: Unreadable | None = None,
        integrations: Integrations | None = None,
        seconds: float | None = None,
    ) -> None:
        self.integrations = integrations or Integrations()
        self.allowed, self.malformed = self.integrations.allowed(allowed), malformed
        self.started = timezone.now()
        self._seconds = seconds
        self._failed: dict[str, Unreadable] = {}
        self._given_up: dict[str, Unreadable] = {}
        self._silences: Counter[str] = Counter()
        self._begun, self._matching = time.monotonic(), 0
        self._coming: dict[str, tuple[_Request, Future[Fetched]]] = {}
        self._threads: ThreadPoolExecutor | None = None

    @property
    def seconds(self) -> float:
        """How long all reading may take: what was given, or longer the more is discovered or matches, which may be
        thousands of files, each a request."""
        if self._seconds is not None:
            return self._seconds
        return MAX_SECONDS + min(self._discovered + self._matching, MAX_SECONDS_MORE)

    @cached_property
    def _discovered(self) -> int:
        return DiscoveredLocation.objects.count()

    @classmethod
    def configured(cls, seconds: float | None = None) -> UrlReader:
        """A reader that keeps to ``backend.reading.allow`` and ``integrations``; if malformed, each reading says so."""
        try:
            allowed = AllowList.of(config.get("backend.reading.allow"))
            return cls(allowed, integrations=Integrations.configured(), seconds=seconds)
        except Unreadable as error:
            return cls(AllowList(), error)

    def read(self, url: str, headers: dict[str, str] | None = None) -> bytes:
        """The content of an address, asked for as its host wants it or, with ``headers``, as it is.

        Raises Absent or Unreadable.
        """
        if url in self._failed:
            raise self._failed[url]
        try:
            return self._read(url, headers)
        except Unreadable as error:
            self._failed[url] = error
            raise

    def matching(self, url: str) -> list[str]:
        """The addresses that one with wildcards means, or itself alone. Raises Absent or Unreadable."""
        if self.malformed:
            raise self.malformed
        pattern = self.integrations.pattern(url)
        if pattern is None:
            return [url]
        try:
            found = trees.matching(*pattern, self.read)
        except Absent:
            _note_absent(url)
            raise
        self._matching += len(found)
        return list(map(pattern[0].page, found))

    def expect(self, urls: Iterable[str]) -> None:
        """Begin to ask for addresses that are read soon; call ``close`` when they are not wanted any more."""
        for url in urls:
            if len(self._coming) >= AT_ONCE:
                return
            if url in self._coming or url in self._failed:
                continue
            try:
                request = self._request(url, None)
            except Unreadable:
                continue  # reading it says so
            if not self._is_fresh(request.row):
                self._threads = self._threads or ThreadPoolExecutor(AT_ONCE, "catalog-reading")
                self._coming[url] = request, self._threads.submit(self._fetch, request)

    def close(self) -> None:
        """Ask for nothing ahead any more."""
        self._coming.clear()
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    def _read(self, url: str, headers: dict[str, str] | None) -> bytes:
        if headers is None and url in self._coming:
            request, coming = self._coming.pop(url)
            content = self._kept(url, request, coming.result)
        else:
            request = self._request(url, headers)
            if self._is_fresh(request.row):
                content = _content(request.row)
            else:
                content = self._kept(url, request, lambda: self._fetch(request))
        # Another reading may have forgotten what still holds: it is asked for anew.
        return self._read(url, headers) if content is None else content

    def _is_fresh(self, row: ReadUrl | None) -> TypeGuard[ReadUrl]:
        return row is not None and row.read_at >= self.started

    def _request(self, url: str, headers: dict[str, str] | None) -> _Request:
        if self.malformed:
            raise self.malformed
        now = time.monotonic()
        left = self._begun + self.seconds - now
        if left <= 0:
            reason = f"Reading addresses took longer than {self.seconds:.0f} s in all"
            raise Unreadable(reason, "Read again later; name fewer addresses or faster hosts.")
        address, headers = self.integrations.reading(url) if headers is None else (url, headers)
        authority = parse(address).authority
        # What was read is fetched only when the answer is that it still holds.
        row = ReadUrl.objects.defer("content").filter(digest=_digest(url)).first()
        return _Request(address, authority, headers, row, now + min(SECONDS, left))

    def _fetch(self, request: _Request) -> Fetched:
        """Ask. It runs in a thread of its own, too, so it touches nothing but the network."""
        if request.authority in self._given_up:
            raise self._given_up[request.authority]
        row = request.row
        known = Validators(row.final_url, row.etag, row.last_modified) if row else None
        left = max(0.0, request.deadline - time.monotonic())
        return fetch(request.address, self.allowed, known, left, request.headers)

    def _kept(self, url: str, request: _Request, fetched: Callable[[], Fetched]) -> bytes | None:
        """The content of an answer, kept for the next time; None when it still is what is kept no more."""
        try:
            answer = fetched()
        except Absent:
            ReadUrl.objects.filter(digest=_digest(url)).delete()
            _note_absent(url)
            raise
        except Silent as silent:
            self._silences[request.authority] += 1
            if self._silences[request.authority] >= MAX_SILENCES:
                self._given_up[request.authority] = silent
            raise
        except Refused as refused:
            error = explained(refused, request.authority, bool(request.headers))
            if error.until:
                self._given_up[request.authority] = error
            raise error from None
        del self._silences[request.authority]
        now = timezone.now()
        if request.row and answer.content is None:
            ReadUrl.objects.filter(pk=request.row.pk).update(read_at=now)
            return _content(request.row)
        content = answer.content or b""
        found = {
            "url": url,
            "final_url": answer.validators.url,
            "etag": answer.validators.etag,
            "last_modified": answer.validators.last_modified[:100],
            "content": content,
            "read_at": now,
        }
        ReadUrl.objects.update_or_create(digest=_digest(url), defaults=found)
        return content

    def forget_unread(self) -> None:
        """Drop what this reader had no need of; call it after everything was read."""
        ReadUrl.objects.filter(read_at__lt=self.started).exclude(url__in=self._failed).delete()


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def _content(row: ReadUrl) -> bytes | None:
    """What was read, None when it was forgotten since."""
    content = ReadUrl.objects.filter(pk=row.pk).values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def _note_absent(url: str) -> None:
    """Keep that what a provider expects in a repository is not in this version of it."""
    DiscoveredLocation.objects.filter(digest=_digest(url), provider__reason="").update(absent_version=F("version"))
