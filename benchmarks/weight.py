"""What a browser loads: bytes, requests and layout shifts of the first home page, and the bytes of further pages."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Page

from benchmarks.browser import Load, chromium, load, open_page
from benchmarks.client import Connection
from benchmarks.plugins import Made
from benchmarks.report import Row, middle
from benchmarks.server import Failed, Person, Server, installation
from benchmarks.visitors import cards_in

TITLE = "First load of the home page with 12 cards for the demo's engineer in Chromium, cold cache"
CARDS = 12
ENGINEER = "erin"
FURTHER_PAGES = 8


def run(short: bool) -> list[Row]:
    """Load the home page several times, each in a new browser profile, then the pages that the navigation leads to."""
    times = 3 if short else 5
    with installation(bundled=True, demo=True) as site, site.serve() as server:
        bundled = _count_cards(server, site.people(existing=ENGINEER)[0])
    added = _cards(CARDS - bundled)
    with installation(added, bundled=True, demo=True) as site, site.serve() as server, chromium() as browser:
        person = site.people(existing=ENGINEER)[0]
        if (shown := _count_cards(server, person)) < CARDS:
            raise Failed(f"The home page shows {shown} cards instead of {CARDS}.")
        first: list[Load] = []
        further: list[Load] = []
        for number in range(times):
            with open_page(browser, server.url, person.session) as page:
                first.append(load(page, f"{server.url}/"))
                if number == times - 1:
                    further = [load(page, url) for url in _navigation(page)[:FURTHER_PAGES]]
    return _rows(bundled, first, further)


def _cards(count: int) -> list[Made]:
    slots = ("home:main", "home:right", "home:left")
    return [Made(f"more{number:02}", io="net", slot=slots[number % 3]) for number in range(count)]


def _count_cards(server: Server, person: Person) -> int:
    connection = Connection(server.port)
    answer = connection.get("/", person.cookie)
    connection.close()
    if answer.status != 200:
        raise Failed(f"The home page answered {answer.status}.\n{server.end_of_log()}")
    return len(cards_in(answer.text()))


def _navigation(page: Page) -> list[str]:
    """Return the addresses in the navigation, without the home page."""
    found: list[str] = page.eval_on_selector_all("nav a.nav-link", "links => links.map(link => link.href)")
    return [url for url in dict.fromkeys(found) if url != page.url]


def _rows(bundled: int, first: Sequence[Load], further: Sequence[Load]) -> list[Row]:
    parts = ", ".join(f"{one.path.rpartition('/')[2] or 'page'} {one.bytes / 1000:.1f}" for one in first[-1].requests)
    heaviest = max(further, key=lambda one: one.bytes)
    own = f"{bundled} cards of bundled plugins, {max(0, CARDS - bundled)} of generated ones; {len(first)} loads"
    return [
        Row("bytes over the wire", middle(one.bytes for one in first) / 1000, "kB", 30, note=own),
        Row("requests", middle(len(one.requests) for one in first), goal=5, note=f"kB: {parts}"),
        Row("layout shift (CLS)", max(one.layout_shift for one in first), goal=0, note="largest of the loads"),
        Row("a further page, the heaviest", heaviest.bytes / 1000, "kB", 7, note=f"{heaviest.path} of {len(further)}"),
        Row("a further page, the median", middle(one.bytes for one in further) / 1000, "kB"),
    ]
