"""Compares two requests under the same load: in turns, A B A B, so that whatever else the machine does hits both."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from benchmarks.client import Connection, browser_headers, request_bytes
from benchmarks.report import Row, middle, percentile, spread
from benchmarks.server import Failed, Person, Server

CONNECTIONS = 4


@dataclass(frozen=True)
class Target:
    """What is asked for, where and by whom."""

    server: Server
    path: str
    people: tuple[Person, ...]
    compressed: bool = True


@dataclass
class Turns:
    """What the turns of one target measured: per turn the requests a second and the worker's CPU ms per request."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def row(self, name: str) -> Row:
        """Return the row that tells of this target alone."""
        p50, p95 = (percentile(self.latencies, share) * 1000 for share in (0.5, 0.95))
        note = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, {middle(self.cpu):.2f} ms CPU a request"
        return Row(f"  {name}", middle(self.rates), "req/s", note=note)


@dataclass(frozen=True)
class Comparison:
    """Two targets side by side."""

    a: Turns
    b: Turns

    @property
    def ratios(self) -> list[float]:
        """How many times as long A takes as B, one for each pair of turns."""
        return [b / a for a, b in zip(self.a.rates, self.b.rates, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of ``ratios``."""
        return middle(self.ratios)

    @property
    def cpu_ratio(self) -> float:
        """The same by processor time of the worker, which other people's work on the machine hardly touches."""
        return middle(a / b for a, b in zip(self.a.cpu, self.b.cpu, strict=True))

    def rows(self, what: str, a: str, b: str, goal: float | None) -> list[Row]:
        """Return the rows that tell of the comparison: the ratio with its goal, then each side by its name."""
        note = f"turns {spread(self.ratios)}; by CPU time {self.cpu_ratio:.2f}x"
        return [Row(what, self.ratio, "x", goal, note=note), self.a.row(a), self.b.row(b)]


def compare(a: Target, b: Target, *, rounds: int, seconds: float) -> Comparison:
    """Measure ``a`` and ``b`` in turns of ``seconds``, after a warm-up. Raises Failed unless every answer is a 200."""
    comparison = Comparison(Turns(), Turns())
    for target in (a, b):
        _turn(target, Turns(), min(seconds, 1.0))
    for number in range(rounds):
        # Who goes first changes, so that neither profits from a pattern in the noise.
        pair = [(a, comparison.a), (b, comparison.b)]
        for target, turns in pair if number % 2 == 0 else pair[::-1]:
            _turn(target, turns, seconds)
    return comparison


def _turn(target: Target, turns: Turns, seconds: float) -> None:
    before, began = target.server.cpu_seconds(), time.perf_counter()
    latencies: list[float] = []
    errors: list[BaseException] = []
    threads = [
        threading.Thread(target=_ask, args=(target, number, began + seconds, latencies, errors), daemon=True)
        for number in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    turns.rates.append(len(latencies) / (time.perf_counter() - began))
    turns.cpu.append((target.server.cpu_seconds() - before) / len(latencies) * 1000)
    turns.latencies += latencies


def _ask(target: Target, number: int, end: float, latencies: list[float], errors: list[BaseException]) -> None:
    try:
        connection = Connection(target.server.port)
        cookie = target.people[number % len(target.people)].cookie
        request = request_bytes("GET", target.path, browser_headers(cookie, target.compressed))
        while time.perf_counter() < end:
            answer = connection.send(request)
            if answer.status != 200:
                raise Failed(f"{target.path} answered {answer.status}.\n{target.server.end_of_log()}")
            latencies.append(answer.seconds)
        connection.close()
    except OSError as error:
        errors.append(Failed(f"{target.path}: {error}\n{target.server.end_of_log()}"))
    except Failed as error:
        errors.append(error)
