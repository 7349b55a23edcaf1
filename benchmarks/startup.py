"""How long a start takes and how much memory a worker holds, with the bundled plugins and the demo."""

from __future__ import annotations

from benchmarks.client import Connection
from benchmarks.report import Row, middle, spread
from benchmarks.server import Failed, Server, installation

TITLE = "Start and memory, with the bundled plugins and their demo"
START_SECONDS = 2.0
MEMORY_MB = 150.0


def run(short: bool) -> list[Row]:
    """Start the server several times; ask the last one for pages before its memory is read again."""
    times, pages = (3, 200) if short else (7, 2000)
    took, fresh, used, stops = [], [], 0.0, []
    with installation(bundled=True, demo=True) as installed:
        person = installed.people(existing="erin")[0]
        for number in range(times):
            with installed.serve() as server:
                took.append(server.started_in)
                fresh.append(server.memory())
                if number == times - 1:
                    _ask(server, person.cookie, pages)
                    used = server.memory()
                stops.append(server.stop())
    return [
        Row("start to ready", middle(took), "s", START_SECONDS, note=f"{times} starts, {spread(took)}"),
        Row("memory of the worker, fresh", middle(fresh), "MB", MEMORY_MB, note="proportional"),
        Row(f"memory of the worker, after {pages} home pages", used, "MB", MEMORY_MB, note="proportional"),
        Row("stop while idle", middle(stops), "s", note=spread(stops)),
    ]


def _ask(server: Server, cookie: str, pages: int) -> None:
    connection = Connection(server.port)
    for _ in range(pages):
        answer = connection.get("/", cookie)
        if answer.status != 200:
            raise Failed(f"The home page answered {answer.status}.\n{server.end_of_log()}")
    connection.close()
