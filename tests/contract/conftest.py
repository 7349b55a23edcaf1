"""One prepared database for the processes of these tests, and a way to start one."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.test import Client

from portal.testing import person
from tests.contract.faults import package
from tests.prepared import made_once

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


class Drive:
    """Runs tests/contract/driver.py with the healthy plugin and others, on a copy of the prepared files."""

    def __init__(self, prepared: Path | None, folder: Path) -> None:
        self._prepared = prepared
        self._folder = folder

    def environment(self, *names: str) -> dict[str, str]:
        """Return the variables of a process that loads the healthy plugin and the named ones."""
        plugins = ",".join(package(name) for name in ("healthy", *names))
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        return kept | {"FOYER_PLUGINS": plugins, "FOYER_VAR_DIR": str(self._folder), "FOYER_STRICT_PLUGINS": "0"}

    def sessions(self) -> dict[str, str]:
        """Return the session keys of Ann and Bob in the prepared database."""
        found: dict[str, str] = json.loads((self._folder / "sessions.json").read_text())
        return found

    def __call__(self, *names: str, arguments: tuple[str, ...] = (), **variables: str) -> dict[str, Any]:
        """Return the report of one process. Fails when the process does."""
        if self._prepared:
            shutil.copytree(self._prepared, self._folder, dirs_exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.contract.driver", *arguments],
            cwd=ROOT,
            env=self.environment(*names) | variables,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, f"The process ended with {done.returncode}.\n{done.stderr[-4000:]}"
        report: dict[str, Any] = json.loads(done.stdout)
        return report | {"log": done.stderr}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a migrated database, two people and the collected static files."""

    def prepare(folder: Path) -> None:
        report = Drive(None, folder)(arguments=("prepare",))
        assert report["migrate"]["code"] == 0, report["migrate"]["output"]
        (folder / "sessions.json").write_text(json.dumps(report["sessions"]))

    return made_once(tmp_path_factory, "prepared", prepare)


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Make an empty PostgreSQL database for one test and return its URL, or skip the test where there is no server."""
    server = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
    name = f"foyer_{secrets.token_hex(6)}"
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"PostgreSQL does not answer: {error}")
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def drive(prepared: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that starts the portal with the named plugins and reports how it stood."""
    return Drive(prepared, tmp_path / "var")


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """Return a function that signs a person in and returns their client."""

    def sign_in(user: Any, **options: Any) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(user, "portal.services.accounts.AccountBackend")
        return client

    return sign_in


@pytest.fixture
def ann(db: None) -> Any:
    """Ann is an admin."""
    return person("ann", admin=True)


@pytest.fixture
def bob(db: None) -> Any:
    """Bob holds what everyone holds: healthy.read."""
    return person("bob")


@pytest.fixture
def wendy(db: None) -> Any:
    """Wendy may also add notes."""
    return person("wendy", "healthy.write")
