"""Bounds how much of the portal one plugin can hold: a bulkhead on its calls at once, and a breaker on its failures."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Lock
from typing import Literal

from django.conf import settings

CARD_CALLS = 4
QUICK_SECONDS = 1.0
OVERDUE_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0
FAILURES_TO_OPEN = 5


class Refused(Exception):
    """The call was not let in. ``retry_after`` is in whole seconds."""

    def __init__(self, reason: Literal["busy", "open"], retry_after: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


@dataclass(eq=False, slots=True)
class Call:
    """One call inside a plugin."""

    started: float
    overdue: bool = False


class Circuit:
    """Counts the calls of one plugin that are running, and the failures in a row.

    A call that runs past ``overdue_after`` seconds counts as failed while it still hangs. The threshold is at most
    the limit: otherwise hanging calls would fill the bulkhead and the breaker would never open. While it is open,
    one call is let in as a trial after each pause, and the pauses double up to half a minute.
    """

    def __init__(
        self,
        limit: int,
        overdue_after: float = OVERDUE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit = limit
        self.threshold = min(limit, FAILURES_TO_OPEN)
        self.overdue_after = overdue_after
        self._clock = clock
        self._lock = Lock()
        self._running: set[Call] = set()
        self._waiting: deque[Condition] = deque()
        self._failures = 0
        self._trips = 0
        self._open_until = 0.0
        self.last_error = ""

    def enter(self, wait: float = 0.0) -> Call:
        """Let a call in. Raises Refused when the breaker is open or the bulkhead is full.

        It waits up to ``wait`` seconds for a place, after those who wait already, and only while the calls inside are
        quick: behind one that hangs nobody waits.
        """
        with self._lock:
            try:
                now = self._clock()
                self._refuse_while_open(now)
                if self._waiting or len(self._running) >= self.limit:
                    now = self._wait_for_place(now, now + wait)
                if self._failures >= self.threshold:
                    self._open(now)
                call = Call(now)
                self._running.add(call)
                return call
            finally:
                self._call_next()

    def leave(self, call: Call, error: str = "") -> None:
        """Take a call out. ``error`` says why it failed; empty means that it went well."""
        with self._lock:
            self._running.discard(call)
            self._call_next()
            if call.overdue:
                return
            if error:
                self.last_error = error
                self._fail(self._clock())
            else:
                self._failures = sum(one.overdue for one in self._running)
                if self._failures < self.threshold:
                    self._trips, self._open_until = 0, 0.0

    def is_tripped(self) -> bool:
        """Say whether failures have opened the breaker and no trial has gone well since."""
        with self._lock:
            self._count_overdue(self._clock())
            return self._failures >= self.threshold

    def _refuse_while_open(self, now: float) -> None:
        self._count_overdue(now)
        if now < self._open_until:
            raise Refused("open", max(1, round(self._open_until - now)))

    def _wait_for_place(self, now: float, deadline: float) -> float:
        """Return the time at which the caller's turn came."""
        turn = Condition(self._lock)
        self._waiting.append(turn)
        try:
            while self._waiting[0] is not turn or len(self._running) >= self.limit:
                if now >= deadline or any(now - call.started > QUICK_SECONDS for call in self._running):
                    raise Refused("busy", 1)
                turn.wait(min(deadline - now, QUICK_SECONDS))
                now = self._clock()
                self._refuse_while_open(now)
            return now
        finally:
            self._waiting.remove(turn)

    def _call_next(self) -> None:
        if self._waiting and len(self._running) < self.limit:
            self._waiting[0].notify()

    def _count_overdue(self, now: float) -> None:
        for call in self._running:
            if not call.overdue and now - call.started > self.overdue_after:
                call.overdue = True
                self.last_error = f"It did not answer within {self.overdue_after:g} seconds."
                self._fail(now)

    def _fail(self, now: float) -> None:
        self._failures += 1
        if self._failures >= self.threshold:
            self._open(now)

    def _open(self, now: float) -> None:
        pause = min(FIRST_PAUSE_SECONDS * 2**self._trips, LONGEST_PAUSE_SECONDS)
        self._trips += 1
        self._open_until = now + pause


class Circuits:
    """The circuits of this process: per plugin one for its cards and one for its pages and API together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._circuits: dict[tuple[str, str], Circuit] = {}

    def cards(self, label: str) -> Circuit:
        """Return the circuit of the plugin's cards."""
        return self._get(label, "cards", CARD_CALLS)

    def requests(self, label: str) -> Circuit:
        """Return the circuit of its pages and API: at most a quarter of the request threads may be inside."""
        return self._get(label, "requests", max(1, settings.REQUEST_THREADS // 4))

    def tripped(self, label: str) -> dict[str, str]:
        """Return what is tripped of a plugin in this process, "cards" or "requests", with the last error."""
        with self._lock:
            mine = {lane: one for (owner, lane), one in self._circuits.items() if owner == label}
        return {lane: one.last_error for lane, one in mine.items() if one.is_tripped()}

    def _get(self, label: str, lane: str, limit: int) -> Circuit:
        circuit = self._circuits.get((label, lane))
        if circuit is None:
            with self._lock:
                circuit = self._circuits.setdefault((label, lane), Circuit(limit))
        return circuit

    def reset(self) -> None:
        """Forget every call and failure; for tests."""
        with self._lock:
            self._circuits.clear()


circuits = Circuits()
