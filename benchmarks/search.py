"""How long a search takes among 100,000 documents, on SQLite and, where a server answers, on PostgreSQL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from benchmarks.report import Row, percentile
from benchmarks.server import Installation, installation

TITLE = "searches among 100,000 documents by somebody who may see most of them"
GOAL = 30.0
DOCUMENTS = 100_000
INDEXED_WITHIN = 3600.0
SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"


def run(short: bool) -> list[Row]:
    """Index generated documents and search them: as typed letter by letter, by name, part, typo and words of a text."""
    number = DOCUMENTS // 10 if short else DOCUMENTS
    with installation(bundled=True) as installed:
        rows = _rows("SQLite", _measured(installed, number))
    with database() as url:
        if url:
            with installation(bundled=True, DATABASE_URL=url) as installed:
                rows += _rows("PostgreSQL", _measured(installed, number))
    return rows


def _measured(installed: Installation, documents: int) -> dict[str, object]:
    found = installed.python("-m", "benchmarks.search_queries", str(documents), within=INDEXED_WITHIN)
    return dict(json.loads(found))


def _rows(name: str, found: dict[str, object]) -> list[Row]:
    times: dict[str, list[float]] = found["milliseconds"]  # type: ignore[assignment]
    rows = [
        Row(f"documents indexed a second, {name}", float(found["indexed"]), "/s"),  # type: ignore[arg-type]
        Row(f"size of the index, {name}", float(found["megabytes"]), "MB", note="with the documents"),  # type: ignore[arg-type]
    ]
    for kind in ("the search alone", "suggestions", "page", "API"):
        taken = [one for key, each in times.items() if key.startswith(f"{kind}: ") for one in each]
        slowest = max((key for key in times if key.startswith(f"{kind}: ")), key=lambda key: max(times[key]))
        note = f"slowest: {slowest.partition(': ')[2]!r} with {max(times[slowest]):.0f} ms"
        goal = GOAL if kind == "the search alone" else None
        rows.append(Row(f"{kind}, p50, {name}", percentile(taken, 0.5), "ms"))
        rows.append(Row(f"{kind}, p95, {name}", percentile(taken, 0.95), "ms", goal, note=note))
    return rows


@contextmanager
def database() -> Iterator[str]:
    """The address of a new database, dropped at the end; "" where no PostgreSQL answers."""
    try:
        connection = psycopg.connect(SERVER, connect_timeout=3, autocommit=True)
    except psycopg.OperationalError:
        yield ""
        return
    name = f"foyer_benchmark_{uuid4().hex[:8]}"
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{SERVER.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
