"""Two workers that read the catalog are killed at random, again and again: what they leave equals an undisturbed run.

FOYER_KILL_ENTITIES (2000), FOYER_KILL_TIMES (4) and FOYER_KILL_SEED make it longer, harsher and the same again.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from benchmarks import catalog_entities
from tests.on_postgresql import URL
from tests.production.conftest import ROOT, production

pytestmark = [pytest.mark.one_database, pytest.mark.slow]

ENTITIES = int(os.environ.get("FOYER_KILL_ENTITIES", "2000"))
TIMES = int(os.environ.get("FOYER_KILL_TIMES", "4"))
# Of 1,000 components the generator makes 1,225 entities.
COMPONENTS = round(ENTITIES / 1.225)
PATIENCE = 1800

CONFIG = """catalog:
  processingInterval: 10s
  rules: [{{allow: [Component, API, Resource, System, Domain, Group]}}]
  locations:
    - {{type: file, target: {folder}/most}}
    - {{type: file, target: {folder}/rest}}
"""
WRONG = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: wrong-{0}\nspec: {{}}\n"

STATE = """
import hashlib, json, sys
from plugins.catalog.models import Entity, Problem, Relation, SearchRow, Tag
tables = {
    "entities": Entity.objects.values_list(
        "ref", "uid", "kind", "namespace", "name", "title", "sort_key", "description", "type", "lifecycle",
        "owner_ref", "system_ref", "data", "stated_etag", "stale", "file", "line", "origin", "digest"),
    "relations": Relation.objects.values_list("origin__ref", "source_ref", "type", "target_ref"),
    "tags": Tag.objects.values_list("entity__ref", "name"),
    "search rows": SearchRow.objects.values_list("entity__ref", "kind", "key", "value", "original", "is_first"),
    "problems": Problem.objects.values_list("file", "document", "line", "column", "stage", "reason", "ref", "digest"),
}
state = {}
for name, rows in tables.items():
    lines = sorted(map(repr, rows.iterator()))
    state[name] = [len(lines), hashlib.sha256("\\n".join(lines).encode()).hexdigest()]
print(json.dumps(state))
"""
READER = "SELECT coalesce(max(process), '') FROM catalog_ingestion WHERE finished_at IS NULL"
BOTH = """
from plugins.catalog.tasks import read
read.enqueue()
read.enqueue("", {rest!r})
"""


class Portal:
    """An installation whose workers read the generated catalog."""

    def __init__(self, folder: Path, entities: Path, database: str) -> None:
        folder.mkdir()
        (folder / "app-config.yaml").write_text(CONFIG.format(folder=entities))
        self.database = database
        self.environment = production(folder) | {
            "FOYER_CONFIG": str(folder / "app-config.yaml"),
            "FOYER_MODE": "local",
            "FOYER_PLUGINS": "plugins.catalog",
            "FOYER_WORKER_LOST_SECONDS": "3",
            **({"DATABASE_URL": database} if database else {}),
        }
        self.sqlite = folder / "db.sqlite3"
        self.log = (folder / "log").open("w")
        self.workers: list[subprocess.Popen[bytes]] = []
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *arguments: str, script: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, input=script, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def state(self) -> dict[str, Any]:
        """Of each table the number of rows and a digest of what is in them, but for keys and times."""
        found: dict[str, Any] = json.loads(self.manage("shell", "--verbosity", "0", script=STATE).splitlines()[-1])
        return found

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log)
        self.workers.append(worker)
        return worker

    def query(self, statement: str) -> Any:
        """The first value that a statement gives."""
        if not self.database:
            import sqlite3

            with sqlite3.connect(self.sqlite, timeout=30) as lite:
                return lite.execute(statement).fetchone()[0]
        with psycopg.connect(self.database) as postgres:
            return postgres.execute(statement).fetchone()[0]  # type: ignore[index,arg-type]


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The address of a new database; "" is SQLite."""
    if engine == "sqlite":
        yield ""
        return
    url, name = urlsplit(URL), f"foyer_kill_{os.getpid()}_{random.randrange(10**6)}"  # noqa: S311 - no secret
    try:
        admin = psycopg.connect(URL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"PostgreSQL does not answer: {error}")
    with admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(url._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def entities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated entities in two locations, a few of them wrong."""
    folder = tmp_path_factory.mktemp("entities")
    catalog_entities.write(folder / "most", COMPONENTS)
    (folder / "rest").mkdir()
    for number, file in enumerate(sorted((folder / "most").iterdir())):
        if number % 4 == 3:
            file.rename(folder / "rest" / file.name)
        (folder / "rest" / f"wrong-{number}.yaml").write_text(WRONG.format(number))
    return folder


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_killed_workers_leave_equals_an_undisturbed_run(engine: str, entities: Path, tmp_path: Path) -> None:
    seed = os.environ.get("FOYER_KILL_SEED") or str(random.randrange(10**9))  # noqa: S311 - repeatable
    rng = random.Random(f"{engine} {seed}")  # noqa: S311
    print(f"FOYER_KILL_SEED={seed}")  # noqa: T201 - shown with a failure
    with database(engine) as quiet, database(engine) as disturbed:
        undisturbed = Portal(tmp_path / "quiet", entities, quiet)
        undisturbed.manage("catalog", "ingest")
        expected = undisturbed.state()
        assert expected["entities"][0] > ENTITIES * 0.95

        portal = Portal(tmp_path / "disturbed", entities, disturbed)
        try:
            portal.manage("shell", "--verbosity", "0", script=BOTH.format(rest=f"file:{entities}/rest"))
            workers = [portal.start(), portal.start()]
            end = time.monotonic() + PATIENCE
            for written in sorted(rng.randrange(expected["entities"][0]) for _ in range(TIMES)):
                while portal.query("SELECT count(*) FROM catalog_entity") < written or not portal.query(READER):
                    assert time.monotonic() < end, "There was nothing to kill."
                    time.sleep(0.02)
                pids = [str(worker.pid) for worker in workers]
                reader = portal.query(READER).rpartition(" ")[2]
                one = pids.index(reader) if reader in pids and rng.random() < 0.8 else rng.randrange(2)
                workers[one].kill()
                workers[one].wait()
                workers[one] = portal.start()
            last = portal.query("SELECT max(id) FROM catalog_ingestion")
            settled = f"SELECT count(*) FROM catalog_ingestion WHERE id > {last} AND phase = 'done' AND scope = ''"  # noqa: S608
            while not portal.query(settled):
                assert time.monotonic() < end, "It was not read to the end."
                assert all(worker.poll() is None for worker in workers)
                time.sleep(0.2)
            lost = portal.query("SELECT count(*) FROM catalog_ingestion WHERE phase = 'lost'")
        finally:
            for worker in portal.workers:
                if worker.poll() is None:
                    worker.terminate()
            for worker in portal.workers:
                worker.wait(30)
        print(f"{TIMES} workers were killed, {lost} of them while they read.")  # noqa: T201
        assert lost
        assert portal.state() == expected
