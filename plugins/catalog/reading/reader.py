"""Reading addresses with a memory: what has not changed is not sent again."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime
from functools import cached_property

from django.db.models import F
from django.utils import timezone

from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.models import DiscoveredLocation, ReadUrl
from plugins.catalog.reading import trees
from plugins.catalog.reading.allow_list import AllowList, parse
from plugins.catalog.reading.fetch import SECONDS, Refused, Validators, fetch
from plugins.catalog.reading.integrations import Integrations
from plugins.catalog.reading.limits import explained
from portal.api import config

MAX_SECONDS = 60.0
MAX_SECONDS_MORE = 3_000


class UrlReader:
    """Reads addresses for one ingestion: each at most once, all together within ``seconds``."""

    def __init__(
        self, allowed: AllowList, malformed: Unreadable | None = None, integrations: Integrations | None = None
    ) -> None:
        self.integrations = integrations or Integrations()
        self.allowed, self.malformed = self.integrations.allowed(allowed), malformed
        self.started = timezone.now()
        self._failed: dict[str, Unreadable] = {}
        self._exhausted: dict[str, Unreadable] = {}
        self._begun, self._matching = time.monotonic(), 0

    @property
    def seconds(self) -> float:
        """How long all reading may take; what is discovered or matches may be thousands of files, each a request."""
        return MAX_SECONDS + min(self._discovered + self._matching, MAX_SECONDS_MORE)

    @cached_property
    def _discovered(self) -> int:
        return DiscoveredLocation.objects.count()

    @classmethod
    def configured(cls) -> UrlReader:
        """A reader that keeps to ``backend.reading.allow`` and ``integrations``; if malformed, each reading says so."""
        try:
            return cls(AllowList.of(config.get("backend.reading.allow")), integrations=Integrations.configured())
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

    def _read(self, url: str, headers: dict[str, str] | None) -> bytes:
        if self.malformed:
            raise self.malformed
        left = self._begun + self.seconds - time.monotonic()
        if left <= 0:
            reason = f"Reading addresses took longer than {self.seconds:.0f} s in all"
            raise Unreadable(reason, "Read again later; name fewer addresses or faster hosts.")
        digest = _digest(url)
        row = ReadUrl.objects.filter(digest=digest).first()
        if row and row.read_at >= self.started:
            return bytes(row.content)
        known = Validators(row.final_url, row.etag, row.last_modified) if row else None
        address, headers = self.integrations.reading(url) if headers is None else (url, headers)
        authority = parse(address).authority
        if authority in self._exhausted:
            raise self._exhausted[authority]
        try:
            fetched = fetch(address, self.allowed, known, min(SECONDS, left), headers)
        except Absent:
            ReadUrl.objects.filter(digest=digest).delete()
            _note_absent(url)
            raise
        except Refused as refused:
            error = explained(refused, authority, bool(headers))
            if error.until:
                self._exhausted[authority] = error
            raise error from None
        now: datetime = timezone.now()
        if row and fetched.content is None:
            ReadUrl.objects.filter(pk=row.pk).update(read_at=now)
            return bytes(row.content)
        content = fetched.content or b""
        found = {
            "url": url,
            "final_url": fetched.validators.url,
            "etag": fetched.validators.etag,
            "last_modified": fetched.validators.last_modified[:100],
            "content": content,
            "read_at": now,
        }
        ReadUrl.objects.update_or_create(digest=digest, defaults=found)
        return content

    def forget_unread(self) -> None:
        """Drop what this reader had no need of; call it after everything was read."""
        ReadUrl.objects.filter(read_at__lt=self.started).exclude(url__in=self._failed).delete()


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def _note_absent(url: str) -> None:
    """Keep that what a provider expects in a repository is not in this version of it."""
    DiscoveredLocation.objects.filter(digest=_digest(url), provider__reason="").update(absent_version=F("version"))
