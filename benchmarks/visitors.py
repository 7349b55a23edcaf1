"""A crowd with browsers: each person thinks, opens the home page, and their browser then asks for the late cards."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from benchmarks.client import Answer, browser_headers, parse_head, request_bytes
from benchmarks.server import Person

THINK_SECONDS = (1.5, 4.5)
CONNECTIONS = 6
PATIENCE = 10.0
GRACE = 2.0
SHARE_WHO_WRITE = 0.2
SHARE_WHO_OPEN_THE_PAGE = 0.2


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the person met it. ``status`` is 0 for a broken connection and -1 when it was stuck at the end.

    ``complete`` says of a home page whether every healthy card stood in it.
    """

    kind: str
    seconds: float
    status: int
    complete: bool = False

    @property
    def is_stuck(self) -> bool:
        """Whether it had no answer when the run ended."""
        return self.status == -1

    @property
    def is_error(self) -> bool:
        """Whether it was answered by a server error or not at all."""
        return self.status == 0 or self.status >= 500


@dataclass(frozen=True, slots=True)
class CardOnPage:
    """A card as the page shows it: its element's id, whether it has its content, and where and when to ask again."""

    id: str
    ready: bool
    ask: str = ""
    delay: float = 0.0


class _Cards(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[CardOnPage] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attrs}
        if tag != "article" or not names.get("id", "").startswith("card-"):
            return
        late = names.get("aria-busy") == "true"
        failed = "card-failed" in names.get("class", "").split()
        delay = re.search(r"load delay:([0-9.]+)s", names.get("hx-trigger", ""))
        self.found.append(
            CardOnPage(
                names["id"],
                ready=not late and not failed,
                ask=names.get("hx-get", "") if late else "",
                delay=float(delay[1]) if delay else 0.0,
            )
        )


def cards_in(html: str) -> list[CardOnPage]:
    """Return the cards of a page or of a fragment."""
    parser = _Cards()
    # The parser is slow, and the rest of the page does not matter.
    parser.feed("".join(re.findall(r"<article\b[^>]*>", html)))
    return parser.found


class Browser:
    """Up to six connections to one host, as browsers hold them."""

    def __init__(self, port: int, person: Person) -> None:
        self.cookies = {"sessionid": person.session}
        self._port = port
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        """Send a request and wait for its answer. Raises OSError when the connection breaks."""
        headers = browser_headers("; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self.cookies.get("csrftoken", ""),
            }
        body = urlencode(form).encode() if form is not None else b""
        answer = await self._exchange(request_bytes(method, path, headers, body))
        if token := re.search(r"csrftoken=([^;]+)", answer.headers.get("set-cookie", "")):
            self.cookies["csrftoken"] = token[1]
        return answer

    async def _exchange(self, request: bytes) -> Answer:
        began = time.perf_counter()
        async with self._slots:
            while self._idle:
                streams = self._idle.pop()
                try:
                    return await self._on(streams, request, began)
                except (OSError, asyncio.IncompleteReadError):
                    continue  # the server had closed the idle connection: browsers ask again, too
            streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
            try:
                return await self._on(streams, request, began)
            except asyncio.IncompleteReadError as error:
                raise ConnectionError("The server closed the connection.") from error

    async def _on(
        self, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes, began: float
    ) -> Answer:
        reader, writer = streams
        done = False
        try:
            writer.write(request)
            await writer.drain()
            status, headers = parse_head((await reader.readuntil(b"\r\n\r\n"))[:-4])
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            done = True
            return Answer(status, headers, body, time.perf_counter() - began)
        finally:
            if done:
                self._idle.append(streams)
            else:
                writer.close()  # a browser that leaves the page closes what it still waits for

    def close(self) -> None:
        """Close every connection."""
        for _, writer in self._idle:
            writer.close()


class Crowd:
    """Everybody at once, from entering the block to leaving it. What still waits at the end is counted as stuck."""

    def __init__(
        self,
        port: int,
        people: Sequence[Person],
        healthy: set[str],
        *,
        post_to: str,
        hanging_pages: Sequence[str] = (),
    ) -> None:
        self._port = port
        self._people = people
        self._healthy = healthy
        self._post_to = post_to
        self._hanging_pages = hanging_pages
        self._visits: list[Visit] = []
        self._random = random.Random(12)  # noqa: S311 - think times, the same in every run
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving = False
        self._since = 0.0

    def of(self, kind: str) -> list[Visit]:
        """Return the requests of one kind: "home", "card", "note" or "hanging page"."""
        return [one for one in self._visits if one.kind == kind]

    def forget(self) -> None:
        """Count from now on; notes are kept, because the database keeps them."""
        self._visits = self.of("note")

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._live(person)) for person in self._people]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving = True
        _, waiting = await asyncio.wait(self._tasks, timeout=GRACE)
        for task in waiting:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _live(self, person: Person) -> None:
        browser = Browser(self._port, person)
        late: list[asyncio.Task[None]] = []
        try:
            await self._think(first=True)
            while not self._leaving:
                html = await self._ask(browser, "home", "GET", "/")
                late = [asyncio.create_task(self._complete(browser, one)) for one in cards_in(html) if one.ask]
                if self._random.random() < SHARE_WHO_WRITE:
                    await self._ask(browser, "note", "POST", self._post_to, {"text": f"A note by {person.name}"})
                await self._think()
                if self._leaving:
                    await asyncio.gather(*late)
                await _cancel(late)
                for page in self._hanging_pages:
                    if self._random.random() < SHARE_WHO_OPEN_THE_PAGE and not self._leaving:
                        await self._ask(browser, "hanging page", "GET", page, patience=PATIENCE)
        finally:
            await _cancel(late)
            browser.close()

    async def _think(self, first: bool = False) -> None:
        shortest, longest = THINK_SECONDS
        await self._pause(self._random.uniform(0 if first else shortest, longest))

    async def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._leaving:
            await asyncio.sleep(min(left, 0.05))

    async def _complete(self, browser: Browser, card: CardOnPage) -> None:
        while card.ask:
            await self._pause(card.delay)
            if self._leaving:
                return
            found = cards_in(await self._ask(browser, "card", "GET", card.ask))
            if not found:
                return
            card = found[0]

    async def _ask(
        self,
        browser: Browser,
        kind: str,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        patience: float | None = None,
    ) -> str:
        """Send a request, note how it went, and return the page; nothing for an error."""
        began = time.perf_counter()
        status, complete, html = -1, False, ""
        counted = True
        try:
            answer = await asyncio.wait_for(browser.send(method, path, form), patience)
            status, html = answer.status, answer.text()
            if kind == "home":
                complete = self._healthy <= {one.id for one in cards_in(html) if one.ready}
        except TimeoutError:
            pass  # the person gave up
        except OSError:
            status = 0
        except asyncio.CancelledError:
            # Late cards are given up by leaving the page; only the end of the run finds a request stuck.
            counted = self._leaving
            raise
        finally:
            if counted:
                self._visits.append(Visit(kind, time.perf_counter() - began, status, complete))
        return html if status == 200 else ""


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def tripped(port: int, admin: Person, labels: set[str], seconds: float) -> dict[str, float]:
    """Watch /readyz for ``seconds`` as an admin. Return when each plugin was first seen tripped, since the epoch."""
    browser, seen = Browser(port, admin), dict[str, float]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = await browser.send("GET", "/readyz")
        for label, state in json.loads(answer.text()).get("plugins", {}).items():
            if label in labels and state.startswith("tripped"):
                seen.setdefault(label, time.time())
        await asyncio.sleep(0.2)
    browser.close()
    return seen
