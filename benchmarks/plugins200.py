"""What 195 plugins cost that a user does not use: five plugins alone against the same five among two hundred."""

from __future__ import annotations

from benchmarks.compare import FULL, SHORT, Target, compare
from benchmarks.plugins import Made
from benchmarks.report import Row, middle, spread
from benchmarks.server import Installation, Server, installation

TITLE = "200 plugins, five of them with navigation and cards for this user, against those five alone"
GOAL = 1.1
LAST = "shown5"

FIVE = [Made(f"shown{number}", io=("none", "db")[number % 2]) for number in range(1, 6)]
OTHERS = [Made(f"other{number:03}", everyone=False) for number in range(1, 196)]


def run(short: bool) -> list[Row]:
    """Measure both installations side by side: two servers, of which one is asked at a time."""
    with installation([*OTHERS, *FIVE]) as many, installation(FIVE) as few:
        rows = _starts(many, few, 1 if short else 5)
        with many.serve() as a, few.serve() as b:
            a_people, b_people = tuple(many.people(4)), tuple(few.people(4))
            for what, path, goal in (
                ("page of the last plugin", f"/{LAST}/", GOAL),
                ("API call of the last plugin", f"/api/{LAST}/rows", GOAL),
                ("home with five cards", "/", None),
            ):
                found = compare(Target(a, (path,), a_people), Target(b, (path,), b_people), SHORT if short else FULL)
                rows += found.rows(what, "200 plugins", "5 plugins", goal)
            rows += [_memory("200 plugins", a), _memory("5 plugins", b)]
    return rows


def _starts(many: Installation, few: Installation, times: int) -> list[Row]:
    found: dict[str, list[float]] = {"200 plugins": [], "5 plugins": []}
    for _ in range(times):
        for name, one in (("200 plugins", many), ("5 plugins", few)):
            with one.serve() as server:
                found[name].append(server.started_in)
    return [Row(f"start to ready, {name}", middle(took), "s", note=spread(took)) for name, took in found.items()]


def _memory(name: str, server: Server) -> Row:
    return Row(f"memory of the worker, {name}", server.memory(), "MB", note="proportional, after the requests above")
