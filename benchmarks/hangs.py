"""What 50 people notice while plugins hang: three of twelve cards, then a page; and whether the server still stops."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing

from benchmarks.plugins import Made, calls_of, switch_of
from benchmarks.report import Row, percentile
from benchmarks.server import Installation, Person, Server, installation
from benchmarks.visitors import Crowd, tripped
from config.serve import STOP_SECONDS

TITLE = "50 people with browsers while three of twelve cards hang for 60 s, then while a page does"
USERS = 50
WARM_UP = 5.0
CARDS_HANG = [Made(f"hang{number}", io="net", hangs="card") for number in range(1, 4)]
PAGE_HANGS = [Made("hang1", io="net", hangs="page"), Made("hang2", io="net"), Made("hang3", io="net")]
HEALTHY = [
    Made("notes", io="db", slot="home:right", writes=True),
    *(
        Made(f"well{number}", io=("none", "db", "net")[number % 3], slot=("home:left", "home:right")[number % 2])
        for number in range(1, 9)
    ),
]


def run(short: bool) -> list[Row]:
    """Run both scenes for 15 s or 60 s each, every scene on a fresh server."""
    seconds = 15.0 if short else 60.0
    return [*_scene("cards hang", seconds, CARDS_HANG), *_scene("a page hangs", seconds, PAGE_HANGS)]


def _scene(name: str, seconds: float, plugins: list[Made]) -> list[Row]:
    """Let the crowd in, make the plugins hang after a while, and stop the server while they do.

    People open the pages that hang now and then.
    """
    hanging = [one for one in plugins if one.hangs]
    pages = tuple(f"/{one.label}/" for one in hanging if one.hangs == "page")
    healthy = [*HEALTHY, *(one for one in plugins if one.hangs != "card")]
    with installation([*plugins, *HEALTHY]) as site:
        people, admin = site.people(USERS), site.people(admin=True)[0]
        with site.serve() as server:
            began_hanging, opened, crowd = asyncio.run(_visit(site, server, people, admin, healthy, pages, seconds))
            stopped_in = server.stop()
        notes = _count_notes(site)
        calls = {one.label: _calls(site, one.label) for one in hanging}
    before_open = [sum(at <= opened.get(label, float("inf")) for at in times) for label, times in calls.items()]
    home, cards, own = crowd.of("home"), crowd.of("card"), crowd.of("hanging page")
    written = crowd.of("note")
    errors = sum(one.is_error for one in (*home, *cards, *written)) + sum(
        one.is_error and one.status != 503 for one in own
    )
    rows = [
        Row(f"{name}: errors (5xx, broken connections)", errors, goal=0, note=_counts(home, cards, written)),
        Row(
            "  home p99, stuck requests included",
            percentile((one.seconds for one in home), 0.99),
            "s",
            1.5,
            note=f"p50 {percentile((one.seconds for one in home), 0.5) * 1000:.0f} ms, "
            f"slowest {max(one.seconds for one in home):.2f} s, stuck {sum(one.is_stuck for one in home)}",
        ),
        Row(
            "  first responses with every healthy card",
            100 * sum(one.complete for one in home) / len(home),
            "%",
            99,
            "at least",
        ),
        Row(
            "  notes taken but not in the database", len([one for one in written if one.status == 302]) - notes, goal=0
        ),
        Row(
            "  breakers open",
            len(opened),
            goal=len(hanging),
            bound="at least",
            note=", ".join(f"{label} after {at - began_hanging:.1f} s" for label, at in sorted(opened.items())),
        ),
        Row("  calls inside one plugin before that, at most", max(before_open), goal=5, note="it counts them itself"),
        Row(
            "  SIGTERM while it hangs, until all is gone",
            stopped_in,
            "s",
            STOP_SECONDS + 1,
            note=f"grace period {STOP_SECONDS} s, and one to end",
        ),
    ]
    if cards:
        p99 = percentile((one.seconds for one in cards), 0.99)
        rows.append(
            Row("  late cards' requests p99", p99, "s", note=f"{len(cards) / max(1, len(home)):.1f} for a home page")
        )
    if own:
        refused = sum(one.status == 503 for one in own)
        rows.append(
            Row("  requests for the hanging page", len(own), note=f"{refused} refused with 503 and Retry-After")
        )
    return rows


async def _visit(
    site: Installation,
    server: Server,
    people: Sequence[Person],
    admin: Person,
    healthy: Sequence[Made],
    pages: tuple[str, ...],
    seconds: float,
) -> tuple[float, dict[str, float], Crowd]:
    """Return when the hanging began, when each breaker was seen open (seconds since the epoch), and what people met."""
    ids = {f"card-{one.label}.rows" for one in healthy}
    crowd = Crowd(server.port, people, ids, post_to="/notes/add/", hanging_pages=pages)
    async with crowd:
        await asyncio.sleep(WARM_UP)
        crowd.forget()
        switch_of(site.folder).touch()
        began = time.time()
        opened = await tripped(server.port, admin, {one.label for one in CARDS_HANG}, seconds)
    return began, opened, crowd


def _counts(home: Sequence[object], cards: Sequence[object], notes: Sequence[object]) -> str:
    return f"in {len(home)} home pages, {len(cards)} late cards, {len(notes)} notes"


def _count_notes(site: Installation) -> int:
    with closing(sqlite3.connect(site.database)) as database:
        return int(database.execute("SELECT count(*) FROM notes_note").fetchone()[0])


def _calls(site: Installation, label: str) -> list[float]:
    path = calls_of(site.folder, label)
    return [float(line) for line in path.read_text().split()] if path.exists() else []
