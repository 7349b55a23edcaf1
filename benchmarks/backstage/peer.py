"""A stock Backstage backend from npm on loopback, with a database of its own on the machine's PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from benchmarks.server import Failed, Server

FOLDER = Path(__file__).resolve().parent
INSTALLED_WITHIN = 900.0
COMPLETE_WITHIN = 7200.0
SETTLED = 3.0
INDEX_TASK = "search_index_software_catalog"


def install() -> str:
    """Install what the lock file names, unless that is done, and say which versions. Raises Failed.

    Scripts of packages don't run: what they would build is for databases and clusters that are not used here.
    """
    installed = FOLDER / "node_modules"
    stamp = installed / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < (FOLDER / "package-lock.json").stat().st_mtime:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            raise Failed("Backstage needs Node.js 20 or newer with npm on the PATH.")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=INSTALLED_WITHIN)
        if done.returncode:
            raise Failed(f"npm could not install Backstage:\n{done.stderr[-4000:]}")
    names = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    return ", ".join(f"{name.removeprefix('@backstage/')} {version}" for name, version in names.items())


class Backstage:
    """An installation of Backstage: its database at ``url`` and the folder of entity files that it reads."""

    def __init__(self, url: str, entities: Path, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("APP_CONFIG_", "NODE_"))},
            "DATABASE_URL": url,
            "ENTITIES": str(entities),
            "NODE_ENV": "production",
            # Without a line for each request, which a load would write thousands of.
            "LOG_LEVEL": "warn",
        }

    def server(self) -> Server:
        """Start it. The caller waits until it is ready, and stops it."""
        command = ("node", "index.js", "--config", "app-config.yaml")
        ready = "/.backstage/health/v1/readiness"
        return Server(command, FOLDER, self._environment, self._folder, ready)

    def wait_until_complete(self, entities: int) -> float:
        """Wait until every entity is in the catalog and nothing is left to process or to stitch. Returns the seconds.

        Raises Failed after two hours.
        """
        sql = (
            "SELECT (SELECT count(final_entity) FROM catalog.final_entities) >= %s"
            " AND NOT EXISTS (SELECT FROM catalog.refresh_state WHERE next_update_at <= now())"
            " AND NOT EXISTS (SELECT FROM catalog.stitch_queue)"
        )
        return self._wait(lambda database: bool(_one(database, sql, entities)))

    def index(self, server: Server, entities: int) -> float:
        """Have every entity indexed for search. Returns the seconds it took. Raises Failed."""
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("POST", f"/api/search/.backstage/scheduler/v1/tasks/{INDEX_TASK}/trigger")
        status = connection.getresponse().status
        connection.close()
        if status != 200:
            raise Failed(f"The indexing could not be started: {status}.\n{server.end_of_log()}")
        sql = "SELECT count(*) >= %s FROM search.documents"
        return self._wait(lambda database: bool(_one(database, sql, entities)))

    def _wait(self, is_done: Callable[[psycopg.Connection], bool]) -> float:
        began, since = time.monotonic(), None
        with psycopg.connect(self._url, autocommit=True) as database:
            while (now := time.monotonic()) - began < COMPLETE_WITHIN:
                since = (since or now) if is_done(database) else None
                # A batch that is being worked on is in no queue, so it must have been still for a while.
                if since and now - since >= SETTLED:
                    return since - began
                time.sleep(0.25)
        raise Failed(f"Backstage was not done within {COMPLETE_WITHIN:g} s.")


def tidy(url: str) -> None:
    """Have PostgreSQL look at the tables of a database, as it does by itself after a while."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")


def _one(database: psycopg.Connection, sql: str, value: int) -> object:
    row = database.execute(sql, (value,)).fetchone()
    return row[0] if row else None
