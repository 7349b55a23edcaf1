"""Compares two requests under the same load: in turns, A B A B, so that whatever else the machine does hits both."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from itertools import cycle

from benchmarks.client import Connection, browser_headers, request_bytes
from benchmarks.report import Bound, Row, middle, percentile
from benchmarks.server import Failed, Person, Server

CONNECTIONS = 4
NO_CACHE = {"Cache-Control": "no-cache"}
SHORT = (9, 0.5)
FULL = (31, 1.0)


@dataclass(frozen=True)
class Target:
    """What is asked for, where and by whom. Several ``paths`` are asked for in turns, by nobody without ``people``.

    With ``no_cache`` each answer is to be worked out.
    """

    server: Server
    paths: tuple[str, ...]
    people: tuple[Person, ...] = ()
    compressed: bool = True
    no_cache: bool = False


@dataclass
class Turns:
    """What the turns of one target measured: the requests a second of each, the worker's CPU seconds, the latencies.

    ``refused`` requests were answered with 503 and Retry-After; they count for nothing else.
    """

    rates: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def cpu_milliseconds(self) -> float:
        """The processor time of the worker for a request, over all turns because its counter has steps of 10 ms."""
        return self.cpu_seconds / len(self.latencies) * 1000

    def row(self, name: str) -> Row:
        """Return the row that tells of this target alone."""
        p50, p95 = (percentile(self.latencies, share) * 1000 for share in (0.5, 0.95))
        note = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, {self.cpu_milliseconds:.2f} ms CPU a request"
        if self.refused:
            note += f", {self.refused} of {self.refused + len(self.latencies)} refused with 503"
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
        return self.a.cpu_milliseconds / self.b.cpu_milliseconds

    def rows(self, what: str, a: str, b: str, goal: float | None, bound: Bound = "at most") -> list[Row]:
        """Return the rows that tell of the comparison: both ratios, then each side by its name.

        ``goal`` is for both, but by requests alone when it is "at least": then the other side is a peer, whose
        database does its work in a process that is not counted.
        """
        half = f"half of the turns {percentile(self.ratios, 0.25):.2f} to {percentile(self.ratios, 0.75):.2f}"
        return [
            Row(f"{what}, by requests a second", self.ratio, "x", goal, bound, half),
            Row("  by processor time", self.cpu_ratio, "x", goal if bound == "at most" else None),
            self.a.row(a),
            self.b.row(b),
        ]


def compare(a: Target, b: Target, turns: tuple[int, float] = FULL, connections: int = CONNECTIONS) -> Comparison:
    """Measure ``a`` and ``b`` in turns, after a warm-up. Raises Failed for an answer but a 200 or a refusal.

    ``turns`` says how many each has and how many seconds they last: short ones let noise that lasts fall on both.
    """
    comparison = Comparison(Turns(), Turns())
    rounds, seconds = turns
    for target in (a, b):
        _turn(target, Turns(), seconds, connections)
    for number in range(rounds):
        # Who goes first changes, so that neither profits from a pattern in the noise.
        pair = [(a, comparison.a), (b, comparison.b)]
        for target, measured in pair if number % 2 == 0 else pair[::-1]:
            _turn(target, measured, seconds, connections)
    return comparison


def _turn(target: Target, turns: Turns, seconds: float, connections: int) -> None:
    before, began = target.server.cpu_seconds(), time.perf_counter()
    latencies: list[float] = []
    refused: list[str] = []
    errors: list[BaseException] = []
    threads = [
        threading.Thread(target=_ask, args=(target, number, began + seconds, latencies, refused, errors), daemon=True)
        for number in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    turns.rates.append(len(latencies) / (time.perf_counter() - began))
    turns.cpu_seconds += target.server.cpu_seconds() - before
    turns.latencies += latencies
    turns.refused += len(refused)


def _ask(
    target: Target, number: int, end: float, latencies: list[float], refused: list[str], errors: list[BaseException]
) -> None:
    try:
        connection = Connection(target.server.port)
        cookie = target.people[number % len(target.people)].cookie if target.people else ""
        headers = browser_headers(cookie, target.compressed) | (NO_CACHE if target.no_cache else {})
        # Each connection starts elsewhere, so that they don't ask for the same at the same time.
        start = number * 37 % len(target.paths)
        paths = target.paths[start:] + target.paths[:start]
        for path, request in cycle([(path, request_bytes("GET", path, headers)) for path in paths]):
            if time.perf_counter() >= end:
                break
            answer = connection.send(request)
            if answer.status == 503 and "retry-after" in answer.headers:
                refused.append(path)
                continue
            if answer.status != 200:
                raise Failed(f"{path} answered {answer.status}: {answer.text()[:500]}\n{target.server.end_of_log()}")
            latencies.append(answer.seconds)
        connection.close()
    except OSError as error:
        errors.append(Failed(f"{target.paths[0]}: {error}\n{target.server.end_of_log()}"))
    except Failed as error:
        errors.append(error)
