from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
MAKE_TOKEN = """
from django.contrib.auth import get_user_model
from portal.services import tokens
print(tokens.create(get_user_model().objects.create_superuser("ann"), "tests")[1])
"""


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal, and the token of an admin of it."""

    url: str
    token: str


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Callable[[str], Portal]]:
    """Start a portal of its own, on the database engine of this run, whose catalog is the YAML given."""
    with _database() as database:
        servers: list[subprocess.Popen[str]] = []

        def start(yaml: str) -> Portal:
            environment = _environment(tmp_path, database, yaml)

            def manage(*arguments: str, script: str | None = None) -> str:
                command = [sys.executable, "manage.py", *arguments]
                done = subprocess.run(
                    command, cwd=ROOT, env=environment, input=script, capture_output=True, text=True, timeout=120
                )
                assert done.returncode == 0, done.stderr
                return done.stdout

            manage("migrate", "--verbosity", "0")
            manage("catalog", "ingest")
            token = manage("shell", "--verbosity", "0", script=MAKE_TOKEN).split()[-1]
            log = (tmp_path / "server.log").open("w")
            servers.append(
                subprocess.Popen(
                    [sys.executable, "-m", "config.serve"],
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    text=True,
                )
            )
            url = f"http://127.0.0.1:{environment['PORT']}"
            _await(url)
            return Portal(url, token)

        yield start
        for server in servers:
            server.terminate()
            server.wait(timeout=20)


def _environment(folder: Path, database: str, yaml: str) -> dict[str, str]:
    (folder / "catalog.yaml").write_text(yaml, encoding="utf-8")
    target = str(folder / "catalog.yaml")
    (folder / "app-config.yaml").write_text(
        "catalog:\n  rules:\n    - allow: [Component, API, Resource, System, Domain, Group, User, Location, Template]\n"
        f"  locations:\n    - type: file\n      target: {target}\n"
    )
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FOYER_", "DATABASE_", "DJANGO_", "PYTEST_", "REDIS_"))
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return clean | {
        "FOYER_VAR_DIR": str(folder / "var"),
        "FOYER_CONFIG": str(folder / "app-config.yaml"),
        "FOYER_PLUGINS": "plugins.catalog",
        "FOYER_API_RATE": "0",
        "FOYER_WORKERS": "0",
        "PORT": str(port),
        **({"DATABASE_URL": database} if database else {}),
    }


@contextmanager
def _database() -> Iterator[str]:
    """A PostgreSQL database of its own when this run is on PostgreSQL; "" means SQLite."""
    if connection.vendor != "postgresql":
        yield ""
        return
    import psycopg

    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"foyer_compat_{os.getpid()}"
    with psycopg.connect(urlunsplit(url), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(url._replace(path=f"/{name}"))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _await(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - on this machine
                return
        except (URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < deadline, "The server did not start."
            time.sleep(0.2)
