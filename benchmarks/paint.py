"""How soon the home page stands on a slow phone, against the same bytes served as files; and how soon it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium, open_page
from benchmarks.plugins import Made
from benchmarks.replay import Replay
from benchmarks.report import Row, middle, spread
from benchmarks.server import Failed, installation

TITLE = "Home page with 12 cards in Chromium on 3G with a quarter of the processor, cold cache"
GOAL, INTERACTION_MS = 1.2, 50

# The DevTools preset "3G": 1.6 Mbit/s down and 750 kbit/s up, of which 90 % are usable, and 562.5 ms latency.
THREE_G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
SLOWDOWN = 4

PLUGINS = [Made(f"p{number:02}", slot=f"home:{('left', 'main', 'right')[number % 3]}") for number in range(1, 13)]

OBSERVE = """() => {
  window.seen = {paint: 0, shift: 0, slowest: 0}
  const watch = (type, add, options = {}) => new PerformanceObserver(list => list.getEntries().forEach(add))
    .observe({type, buffered: true, ...options})
  watch("largest-contentful-paint", entry => { seen.paint = entry.startTime })
  watch("layout-shift", entry => { if (!entry.hadRecentInput) seen.shift += entry.value })
  watch("event", entry => { if (entry.interactionId) seen.slowest = Math.max(seen.slowest, entry.duration) },
    {durationThreshold: 16})
}"""


def run(short: bool) -> list[Row]:
    """Load the page and its copy in turns, each in a new browser profile."""
    times = 3 if short else 7
    with installation(PLUGINS) as site, site.serve() as server, chromium() as browser:
        session = site.people()[0].session
        with Replay(server.port, f"sessionid={session}") as copy:
            _load(browser, copy.url, session)  # fills the copy
            page_loads, copy_loads = [], []
            for _ in range(times):
                page_loads.append(_load(browser, server.url, session))
                copy_loads.append(_load(browser, copy.url, session))
    return _rows(page_loads, copy_loads)


def _load(browser: Browser, url: str, session: str) -> dict[str, float]:
    with open_page(browser, url, session) as page:
        page.add_init_script(f"({OBSERVE})()")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", THREE_G)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        response = page.goto(f"{url}/", wait_until="load", timeout=60_000)
        if response is None or response.status != 200:
            raise Failed(f"{url} answered {response and response.status}.")
        page.wait_for_timeout(1500)
        _use(page)
        seen: dict[str, Any] = page.evaluate("() => seen")
        if not seen["paint"]:
            raise Failed("The browser reported no largest contentful paint.")
        return {name: float(value) for name, value in seen.items()}


def _use(page: Page) -> None:
    """Open and close the account menu, and move through the links, as a person would."""
    account = page.locator("[popovertarget=account]")
    for _ in range(2):
        account.click()
        page.wait_for_timeout(200)
    for _ in range(5):
        page.keyboard.press("Tab")
        page.wait_for_timeout(100)


def _rows(page: Sequence[dict[str, float]], copy: Sequence[dict[str, float]]) -> list[Row]:
    ratios = [a["paint"] / b["paint"] for a, b in zip(page, copy, strict=True)]
    return [
        Row("largest contentful paint over that of the files", middle(ratios), "x", GOAL, note=spread(ratios)),
        Row("  page", middle(one["paint"] for one in page), "ms"),
        Row("  files", middle(one["paint"] for one in copy), "ms"),
        Row("slowest interaction (INP)", middle(one["slowest"] for one in page), "ms", INTERACTION_MS),
        Row("layout shift (CLS)", max(one["shift"] for one in page), goal=0),
    ]
