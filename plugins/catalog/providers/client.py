"""Lists of a host's API, page by page: bounded, patient with rate limits, remembering what has not changed."""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils import timezone

from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.models import Provider, ProviderPage
from plugins.catalog.reading.allow_list import AllowList, joined, parse
from plugins.catalog.reading.fetch import SECONDS, Fetched, Refused, Validators, fetch
from plugins.catalog.reading.integrations import Integration
from plugins.catalog.reading.limits import Explained, explained, pause_after

MAX_SECONDS = 600.0
MAX_PAGES = 1_000
MAX_PAUSE = 60.0
MAX_ATTEMPTS = 3
MAX_DEPTH = 5
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next"?')

Items = list[dict[str, Any]]
Kept = Callable[[dict[str, Any]], dict[str, Any]]


class ApiClient:
    """Asks one host on behalf of one provider, for at most MAX_SECONDS in all.

    A page that has an ETag is asked for with it the next time; a 304 costs nothing of GitHub's rate limit. A short rate
    limit is waited for, a longer one raises Explained with the time at which it ends.
    """

    def __init__(
        self,
        integration: Integration,
        allowed: AllowList,
        provider: Provider,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.integration, self.allowed, self.provider, self.sleep = integration, allowed, provider, sleep
        self._left = MAX_SECONDS
        self._api = parse(integration.api)
        self._read: list[str] = []

    def items(self, path: str, keep: Kept) -> Iterator[dict[str, Any]]:
        """What ``keep`` makes of each item of a list, by the pages' Link headers.

        Raises Absent when there is no such list, Unreadable for everything else that is no list.
        """
        url = self.integration.api + path
        for _ in range(MAX_PAGES):
            items, url = self._page(url, keep)
            yield from items
            if not url:
                return
        raise Unreadable(f"{self._api.authority} lists more than {MAX_PAGES:,} pages", "Narrow the provider.")

    def forget_unread(self) -> None:
        """Drop the pages that this client did not come upon; call it after everything was listed."""
        self.provider.pages.exclude(digest__in=self._read).delete()

    def _page(self, url: str, keep: Kept) -> tuple[Items, str]:
        digest = hashlib.sha256(url.encode()).hexdigest()
        self._read.append(digest)
        known = ProviderPage.objects.filter(provider=self.provider, digest=digest).first()
        validators = Validators(str(parse(url)), known.etag) if known else None
        fetched = self._fetched(url, validators)
        if known and fetched.content is None:
            return known.content, known.next
        items = self._listed(url, fetched.content or b"", keep)
        following = self._following(url, fetched)
        if fetched.validators.etag:
            stated = {"etag": fetched.validators.etag, "content": items, "next": following}
            ProviderPage.objects.update_or_create(
                provider=self.provider, digest=digest, defaults=stated | {"read_at": timezone.now()}
            )
        return items, following

    def _listed(self, url: str, content: bytes, keep: Kept) -> Items:
        fix = f"See that apiBaseUrl in integrations.{self.integration.kind} is the address of its API."
        try:
            items = json.loads(content)
        except (ValueError, RecursionError):
            items = None
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            raise Unreadable(f"{url} did not answer with a list", fix)
        kept = [keep(one) for one in items]
        if not all(map(_can_be_stored, kept)):
            raise Unreadable(f"{url} did not answer with plain JSON", fix)
        return kept

    def _following(self, url: str, fetched: Fetched) -> str:
        """The next page, which must be of the same API: the token goes nowhere else."""
        found = _NEXT.search(fetched.headers.get("link", ""))
        if found is None:
            return ""
        following = joined(parse(url), found[1])
        if (following.scheme, following.authority) != (self._api.scheme, self._api.authority):
            raise Unreadable(f"{self._api.authority} leads to another host for its next page", "Ask who runs it.")
        return str(following)

    def _fetched(self, url: str, known: Validators | None) -> Fetched:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            started = time.monotonic()
            try:
                return fetch(url, self.allowed, known, min(SECONDS, max(self._left, 0.001)), self.integration.headers)
            except Refused as refused:
                with_token = bool(self.integration.token.get_secret_value())
                error = explained(refused, self._api.authority, with_token)
                pause = pause_after(refused) or (2.0 ** (attempt - 1) if refused.status >= 500 else 0)
            except Absent:
                raise
            except Unreadable as unreadable:
                error, pause = Explained(str(unreadable), unreadable.fix), 2.0 ** (attempt - 1)
            finally:
                self._left -= time.monotonic() - started
            if not 0 < pause <= min(MAX_PAUSE, self._left) or attempt == MAX_ATTEMPTS:
                raise error
            self.sleep(pause)
            self._left -= pause
        raise AssertionError("unreachable: the last attempt returns or raises")


def _can_be_stored(value: Any, depth: int = 0) -> bool:
    """Say whether databases take it as JSON: not NaN, not endless, no NUL, no half of a character, not deep."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, str):
        return "\0" not in value and not re.search("[\ud800-\udfff]", value)
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return depth < MAX_DEPTH and all(_can_be_stored(one, depth + 1) for one in value)
    return True


def only(names: Iterable[str]) -> Kept:
    """Keep of an item the members of these names."""
    wanted = tuple(names)
    return lambda item: {name: item[name] for name in wanted if name in item}


def text(stated: Any, name: str) -> str:
    """A member that is a text, or ""."""
    value = stated.get(name) if isinstance(stated, dict) else None
    return value if isinstance(value, str) else ""
