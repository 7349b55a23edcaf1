"""Chromium through Playwright: loads pages and counts what went over the wire, as the DevTools protocol reports it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.server import Failed

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
NOT_COUNTED = ("/cards/", "/favicon.ico")
QUIET_SECONDS = 1.0

LAYOUT_SHIFT = """() => new Promise(resolve => {
  let sum = 0
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value
  })
  observer.observe({type: "layout-shift", buffered: true})
  setTimeout(() => resolve(sum), 200)
})"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One request that was not answered from the browser's cache."""

    path: str
    bytes: int


@dataclass
class Load:
    """One page load: what was fetched for it without favicon and late cards, and the sum of its layout shifts."""

    path: str
    requests: list[Fetched] = field(default_factory=list)
    layout_shift: float = 0.0

    @property
    def bytes(self) -> int:
        """Bytes over the wire, headers of the responses included."""
        return sum(one.bytes for one in self.requests)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium for a block. Raises Failed when it isn't installed."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise Failed(f"This needs Chromium, and none of {', '.join(NAMES)} is on the PATH.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, url: str, session: str) -> Iterator[Page]:
    """Open a page of a new profile, its cache empty, in which somebody is signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": session, "url": url, "httpOnly": True, "sameSite": "Lax"}])
    yield context.new_page()
    context.close()


def load(page: Page, url: str) -> Load:
    """Load ``url`` and wait until the network has been quiet for a second. Raises Failed unless it is a 200."""
    counter = _Counter(page)
    response = page.goto(url, wait_until="load")
    if response is None or response.status not in (200, 304):
        raise Failed(f"{url} answered {response and response.status}.")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(QUIET_SECONDS * 1000)
    shift = float(page.evaluate(LAYOUT_SHIFT))
    return Load(urlsplit(url).path, counter.stop(), shift)


class _Counter:
    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._urls: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._found: list[Fetched] = []
        self._session.on("Network.requestWillBeSent", self._sent)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.send("Network.enable")

    def stop(self) -> list[Fetched]:
        self._session.detach()
        return self._found

    def _sent(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        parts = urlsplit(self._urls.get(event["requestId"], ""))
        size = int(event["encodedDataLength"])
        favicon = parts.path.rpartition("/")[2].startswith("favicon")
        if parts.scheme.startswith("http") and size and not favicon and not parts.path.startswith(NOT_COUNTED):
            self._found.append(Fetched(parts.path, size))
