"""``python -m benchmarks.backstage [--entities 10000] [--short]``: the portal beside Backstage, figure by figure."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from benchmarks.backstage.peer import Backstage, install, tidy
from benchmarks.backstage.questions import check, questions
from benchmarks.catalog_entities import write
from benchmarks.compare import Target, compare
from benchmarks.report import Row, middle, spread, table
from benchmarks.search import database
from benchmarks.server import Failed, Installation, Server, installation, serve

# Of 100 components come 122.5 entities.
ENTITIES_A_COMPONENT = 1.225
LEAST = 100
CONNECTIONS = (1, 16)
# Long enough for several of Backstage's answers on each connection.
SHORT = (3, 1.0)
FULL = (7, 3.0)
INGESTED_WITHIN = 3600.0
INGESTION_GOAL = 20
START_SECONDS = 2.0
MEMORY_MB = 150.0


@dataclass
class Side:
    """What one of them took to get there, and where it is asked now."""

    name: str
    ingestion: float
    indexing: float
    starts: list[float]
    target: Target


def main() -> int:
    """Print what was measured. Returns 1 when it could not be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backstage", description=__doc__)
    parser.add_argument("--entities", type=int, default=10_000, help="about how many, 10000 unless given")
    parser.add_argument("--short", action="store_true", help="fewer and shorter turns: rougher figures")
    options = parser.parse_args()
    if options.entities < LEAST:
        parser.error(f"--entities must be {LEAST} or more")
    # Both servers have sessions of their own and would outlive a run that is ended from outside.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        print(f"Installing {install()} …", flush=True)
        run(options.entities, options.short)
    except Failed as error:
        print(f"It could not be measured.\n{error}")
        return 1
    return 0


def run(entities: int, short: bool) -> None:
    """Load both, wait until Backstage has nothing left to do, and compare. Raises Failed."""
    components = round(entities / ENTITIES_A_COMPONENT)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="foyer-backstage-")))
        number = write(folder / "entities", components)
        urls = [stack.enter_context(database()) for _ in range(2)]
        if not all(urls):
            raise Failed("Backstage needs PostgreSQL: set DATABASE_URL to a server on which databases may be made.")
        print(f"{number:,} entities, {components:,} of them components. Backstage reads them …", flush=True)
        backstage = stack.enter_context(_backstage(urls[0], folder, number, short))
        for name, url in (("PostgreSQL", urls[1]), ("SQLite", "")):
            began = time.monotonic()
            with _portal(f"portal on {name}", url, folder, number, short) as portal:
                rows = [*_comparisons(components, backstage, portal, short), *_figures(number, backstage, portal)]
            seconds = time.monotonic() - began
            print(f"\nBackstage and the portal on {name}, in {seconds:.0f} s\n{table(rows)}", flush=True)


@contextmanager
def _backstage(url: str, folder: Path, entities: int, short: bool) -> Iterator[Side]:
    peer = Backstage(url, folder / "entities", folder)
    with serve(peer.server()) as server:
        ingestion = peer.wait_until_complete(entities)
        indexing = peer.index(server, entities)
    tidy(url)
    starts = _starts(peer.server, short)
    with serve(peer.server()) as server:
        peer.wait_until_complete(entities)
        yield Side("Backstage", ingestion, indexing, [*starts, server.started_in], Target(server, ("/",)))


@contextmanager
def _portal(name: str, url: str, folder: Path, entities: int, short: bool) -> Iterator[Side]:
    with installation(bundled=True, **({"DATABASE_URL": url} if url else {})) as installed:
        config = installed.folder / "app-config.yaml"
        rules = [{"allow": ["Component", "API", "Resource", "System", "Domain", "Group"]}]
        locations = [{"type": "file", "target": str(folder / "entities" / "*.yaml")}]
        config.write_text(yaml.safe_dump({"catalog": {"rules": rules, "locations": locations}}))
        installed.environment["FOYER_CONFIG"] = str(config)
        ingestion = _command(installed, "catalog", "ingest")
        indexing = _command(installed, "search", "rebuild")
        if url:
            tidy(url)
        starts = _starts(installed.server, short)
        with serve(installed.server()) as server:
            people = tuple(installed.people(4))
            yield Side(name, ingestion, indexing, [*starts, server.started_in], Target(server, ("/",), people))


def _comparisons(components: int, backstage: Side, portal: Side, short: bool) -> Iterator[Row]:
    asked = questions(components)
    check(asked, backstage.target, portal.target)
    for question in asked:
        a, b = (Target(one.target.server, question.paths, one.target.people) for one in (backstage, portal))
        for connections in CONNECTIONS:
            found = compare(a, b, SHORT if short else FULL, connections)
            what = f"{question.name}, {connections} connection{'s' if connections > 1 else ''}"
            goal = question.goal if connections == CONNECTIONS[-1] else None
            yield from found.rows(what, backstage.name, portal.name, goal, "at least")
        anew = compare(a, replace(b, no_cache=True), SHORT if short else FULL, CONNECTIONS[-1])
        what = f"{question.name}, {CONNECTIONS[-1]} connections, worked out each time"
        yield from anew.rows(what, backstage.name, portal.name, None)


def _figures(entities: int, backstage: Side, portal: Side) -> Iterator[Row]:
    yield Row("ingestion", backstage.ingestion / portal.ingestion, "x", INGESTION_GOAL, "at least")
    for side in (backstage, portal):
        yield Row(f"  {side.name}", entities / side.ingestion, "/s", note=f"{side.ingestion:.1f} s")
    yield Row("search index", backstage.indexing / portal.indexing, "x")
    for side in (backstage, portal):
        yield Row(f"  {side.name}", entities / side.indexing, "/s", note=f"{side.indexing:.1f} s")
    yield Row("start to ready", middle(backstage.starts) / middle(portal.starts), "x")
    for side, goal in ((backstage, None), (portal, START_SECONDS)):
        yield Row(f"  {side.name}", middle(side.starts), "s", goal, note=spread(side.starts))
    memory = {side.name: side.target.server.memory_of_all() for side in (backstage, portal)}
    yield Row("proportional memory of all processes", memory[backstage.name] / memory[portal.name], "x")
    for name, value in memory.items():
        yield Row(f"  {name}", value, "MB", note="after the requests above, without the database's server")
    yield Row("  worker of the portal", portal.target.server.memory(), "MB", MEMORY_MB)


def _command(installed: Installation, *arguments: str) -> float:
    began = time.monotonic()
    installed.python("manage.py", *arguments, within=INGESTED_WITHIN)
    return time.monotonic() - began


def _starts(start: Callable[[], Server], short: bool) -> list[float]:
    found = []
    for _ in range(0 if short else 2):
        with serve(start()) as server:
            found.append(server.started_in)
    return found


if __name__ == "__main__":
    sys.exit(main())
