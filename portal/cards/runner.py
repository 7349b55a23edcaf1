"""Runs cards: where, for how long, how many at once, and who waits for whom.

Ready cards stand in the first response. A late one keeps running, and the request for its fragment joins it. The
measurements behind the figures are told in docs/architecture.md.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from threading import BoundedSemaphore, Event, Lock
from typing import Any, Literal

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.template import Context, engines
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from portal.cards.cache import Content, drop, flight_key, store, stored
from portal.cards.cleaning import clean
from portal.cards.context import CardContext
from portal.cards.pool import DaemonPool
from portal.cards.read_only import read_only
from portal.circuit import Call, Refused, circuits
from portal.guard import PluginError
from portal.registry import PlacedCard

log = logging.getLogger("portal.cards")

PAGE_SECONDS = 0.05
PATIENT_PAGE_SECONDS = 2.0
JOIN_SECONDS = 0.25
SLICE_SECONDS = 0.01
HARD_LIMIT_SECONDS = 10.0
SLOW_SECONDS = 0.2
INLINE_CALLS_THAT_MAY_BLOCK = 4
LARGEST_HTML = 256 * 1024
PAUSES = (0.3, 0.6, 1.0, 1.5, 2.0, 2.5, 3.0)
BUSY_ATTEMPT = 4  # nothing runs that could be there soon, so every pause is the longest
STARVED_SECONDS = 0.5
KEPT_SECONDS = 5.0  # longer than the longest pause


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a card: ready, stale (shown while it is renewed), late or failed.

    A late card is still running, or waits for its turn when ``is_busy``.
    """

    state: Literal["ready", "stale", "late", "failed"]
    content: Content | None = None
    reason: str = ""
    is_busy: bool = False


@dataclass(eq=False, slots=True)
class Flight:
    """One run of a card, which any number of requests of its user may wait for.

    ``awaited`` says that somebody was told it is late, and will ask again.
    """

    placed: PlacedCard
    user_id: object
    call: Call
    started: float = field(default_factory=time.monotonic)
    landed: Event = field(default_factory=Event)
    landed_at: float = 0.0
    awaited: bool = False
    content: Content | None = None
    error: str = ""

    @property
    def age(self) -> float:
        """Seconds since it started."""
        return time.monotonic() - self.started

    def outcome(self) -> Outcome:
        """Return how it stands at this moment."""
        if self.content is not None:
            return Outcome("ready", self.content)
        if self.landed.is_set():
            return Outcome("failed", reason=self.error)
        if self.age > HARD_LIMIT_SECONDS:
            return Outcome("failed", reason=f"It took longer than {HARD_LIMIT_SECONDS:g} seconds.")
        return Outcome("late")


class Patience:
    """The time that one page still waits for cards: time in which the process had nothing to do, not time by the clock.

    While the process computes, the cards' threads have their turn as seldom as this one. By the clock every card
    would be late just then, and asking for late cards would make the processor busier still. A slice of waiting that
    ended much too late is not counted either: other processes had the processor. Half a second by the clock is the
    most that a page waits.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._over_at = time.monotonic() + max(seconds, STARVED_SECONDS)

    def wait_for(self, landed: Event) -> None:
        """Wait until the event is set or nothing is left."""
        while self._left > 0 and not landed.is_set() and (began := time.monotonic()) < self._over_at:
            slice_seconds, computed = min(SLICE_SECONDS, self._left), time.process_time()
            landed.wait(slice_seconds)
            if (waited := time.monotonic() - began) < 1.1 * slice_seconds:
                self._left -= max(0.0, waited - (time.process_time() - computed))


class Latency:
    """The last run times of one card. A card that was slow is moved to the pool until it is quick again."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=20)

    def add(self, seconds: float) -> None:
        """Remember one run."""
        self._seconds.append(seconds)

    def is_slow(self) -> bool:
        """Say whether one run in four, or more, took longer than the limit for inline cards.

        One in twenty would move healthy cards to the pool whenever the processor was busy for a moment.
        """
        seconds = sorted(self._seconds)
        return bool(seconds) and seconds[int(len(seconds) * 0.75)] > SLOW_SECONDS


@dataclass(eq=False, slots=True)
class Request:
    """A card that a page or a fragment asks for, with its run when there is one.

    ``again`` says that it comes from somebody who was told that the card is late. ``stored_as`` names its place in
    the cache; empty when the card is not cached.
    """

    placed: PlacedCard
    context: CardContext
    again: bool = False
    key: str = ""
    stored_as: str = ""
    flight: Flight | None = None
    outcome: Outcome | None = None


class Runner:
    """The cards of one process that are running."""

    def __init__(self) -> None:
        self._pool: DaemonPool | None = None
        self._lock = Lock()
        self._flights: dict[str, Flight] = {}
        self._latency: dict[str, Latency] = {}
        self._inline = BoundedSemaphore(INLINE_CALLS_THAT_MAY_BLOCK)
        # A crowd that joins hanging cards must leave request threads to everybody else.
        self._joining = BoundedSemaphore(max(1, settings.REQUEST_THREADS // 4))

    def start(self, requests: list[Request]) -> None:
        """Answer from the cache what can be, and start those that wait for something on the pool."""
        known = stored((one.placed, one.context) for one in requests)
        for one in requests:
            one.key = flight_key(one.placed, one.context)
            one.stored_as, content = known.get(one.key, ("", None))
            if content and content.is_fresh(one.placed.card.cache_for):
                one.outcome = Outcome("ready", content)
            elif content:
                self._start_on_pool(one)
                one.outcome = Outcome("stale", content)
            elif self._belongs_on_pool(one.placed):
                self._start_on_pool(one)

    def finish(self, requests: list[Request], seconds: float, wait_for_slow: bool = False) -> None:
        """Run the rest inline, then wait for the pool, ``seconds`` for all cards together and no longer.

        A page does not wait for a card that has been running for a while: it would be late anyway.
        """
        for one in requests:
            if one.outcome is None and one.flight is None:
                self._run_inline(one)
        patience = Patience(seconds)
        for one in requests:
            if one.outcome is None and one.flight is not None:
                if wait_for_slow or one.flight.age < SLOW_SECONDS:
                    patience.wait_for(one.flight.landed)
                with self._lock:
                    one.outcome = one.flight.outcome()
                    one.flight.awaited = one.flight.awaited or one.outcome.state == "late"

    def join(self, request: Request) -> Outcome:
        """Wait a moment for a card that may be running already, and start it when it isn't."""
        self.start([request])
        may_wait = self._joining.acquire(blocking=False)
        try:
            self.finish([request], JOIN_SECONDS if may_wait else 0.0)
        finally:
            if may_wait:
                self._joining.release()
        return request.outcome or Outcome("late")

    def forget(self, label: str, user_id: object) -> None:
        """After this user wrote to a plugin: let nobody join a run that began before, and drop what is cached."""
        with self._lock:
            for key, flight in list(self._flights.items()):
                if flight.placed.plugin.label == label and (flight.user_id == user_id or flight.placed.card.shared):
                    del self._flights[key]
        drop(label, user_id)

    def _belongs_on_pool(self, placed: PlacedCard) -> bool:
        card = placed.card
        if card.exclusive or (card.io == "net" and not settings.CARDS_IN_CALLER_THREAD):
            return True
        return card.io == "db" and self._latency_of(placed).is_slow()

    def _latency_of(self, placed: PlacedCard) -> Latency:
        return self._latency.setdefault(placed.id, Latency())

    def _start_on_pool(self, request: Request) -> None:
        """Join the run that is under way, or start one. A run past the hard limit is left behind.

        A run that somebody awaits is kept for a while after it landed, and goes to whoever asks again: otherwise a
        card that lands between two requests would be started anew each time, and never arrive.
        """
        placed = request.placed
        with self._lock:
            self._drop_landed()
            flight = self._flights.get(request.key)
            if flight is not None and (request.again if flight.landed_at else flight.age <= HARD_LIMIT_SECONDS):
                request.flight = flight
                return
            # The lease of an exclusive card is held in the shared cache: one process at a time asks the backend.
            if placed.card.exclusive and not cache.add(_lease(request.key), True, HARD_LIMIT_SECONDS):
                request.outcome = Outcome("late", is_busy=True)
                return
            if (call := self._enter(request)) is None:
                if placed.card.exclusive:
                    cache.delete(_lease(request.key))
                return
            flight = Flight(placed, request.context.user and request.context.user.pk, call)
            request.flight = self._flights[request.key] = flight
        self._submit(partial(self._run_on_pool, flight, request))

    def _submit(self, job: Callable[[], None]) -> None:
        if settings.CARDS_IN_CALLER_THREAD:
            job()
            return
        with self._lock:
            self._pool = self._pool or DaemonPool(settings.CARD_THREADS, given_up_after=HARD_LIMIT_SECONDS)
        self._pool.submit(job)

    def _run_on_pool(self, flight: Flight, request: Request) -> None:
        try:
            self._run(flight, request.context, request.stored_as)
        finally:
            if flight.placed.card.exclusive:
                cache.delete(_lease(request.key))
            if not settings.CARDS_IN_CALLER_THREAD:
                for connection in connections.all(initialized_only=True):
                    connection.close_if_unusable_or_obsolete()
            with self._lock:
                flight.landed_at = time.monotonic()
                if self._flights.get(request.key) is flight and not flight.awaited:
                    del self._flights[request.key]
                flight.landed.set()

    def _drop_landed(self) -> None:
        oldest = time.monotonic() - KEPT_SECONDS
        for key, flight in list(self._flights.items()):
            if flight.landed_at and flight.landed_at < oldest:
                del self._flights[key]

    def _run_inline(self, request: Request) -> None:
        may_block = request.placed.card.io != "none"
        if may_block and not self._inline.acquire(blocking=False):
            self._start_on_pool(request)
            return
        try:
            if call := self._enter(request):
                flight = Flight(request.placed, request.context.user and request.context.user.pk, call)
                self._run(flight, request.context, request.stored_as)
                flight.landed.set()
                request.outcome = flight.outcome()
        finally:
            if may_block:
                self._inline.release()

    def _enter(self, request: Request) -> Call | None:
        """Let the run into the plugin's circuit, or say in the request's outcome why not."""
        circuit = circuits.cards(request.placed.plugin.label)
        try:
            return circuit.enter()
        except Refused as refused:
            if refused.reason == "busy":
                request.outcome = Outcome("late", is_busy=True)
            else:
                reason = f"It failed several times in a row and is given a pause. Last: {circuit.last_error}"
                request.outcome = Outcome("failed", reason=reason)
            return None

    def _run(self, flight: Flight, context: CardContext, name: str) -> None:
        """Render one card in this thread. Whatever it raises is its failure, not the page's."""
        placed = flight.placed
        began = time.monotonic()  # a flight may have waited for a thread before
        try:
            html, count = _render(placed, context)
            flight.content = Content(clean(html, placed.plugin.label, context.script_prefix), count, time.time())
            if name:
                store(name, flight.content, placed.card.cache_for)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - the boundary around a card: even SystemExit stays inside
            flight.error = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
            log.exception("Card %s failed (request %s).", placed.id, context.request_id)
        finally:
            self._latency_of(placed).add(time.monotonic() - began)
            circuits.cards(placed.plugin.label).leave(flight.call, flight.error)


runner = Runner()


def _render(placed: PlacedCard, context: CardContext) -> tuple[str, int | None]:
    """Return the card's HTML and count, with the context's language, time zone and prefix active in this thread.

    contextvars don't carry these into another thread, so they are set here.
    """
    with (
        _script_prefix(context.script_prefix),
        translation.override(context.language),
        timezone.override(context.time_zone),
        read_only(),
    ):
        values: Any = _context_function(placed.card.context)(context) if placed.card.context else {}
        if not isinstance(values, Mapping):
            raise PluginError(f"{placed.card.context} returned {type(values).__name__}: return a mapping.")
        template = engines["django"].get_template(placed.card.template).template  # type: ignore[attr-defined]
        html = template.render(Context({**values, "card": context}))
    if not html.strip():
        raise PluginError(f"{placed.card.template} rendered nothing: say in a sentence what would be here.")
    if len(html) > LARGEST_HTML:
        raise PluginError(f"It rendered {len(html) // 1024:,} KB; the limit is {LARGEST_HTML // 1024} KB.")
    count = values.get("count")
    return html, count if isinstance(count, int) else None


@contextmanager
def _script_prefix(prefix: str) -> Iterator[None]:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


@lru_cache(maxsize=4096)
def _context_function(path: str) -> Any:
    return import_string(path)


def _lease(key: str) -> str:
    return f"card-lease:{key}"
