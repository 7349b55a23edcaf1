"""Runs the suite once more on PostgreSQL, when a server answers at DATABASE_URL or on the standard local port.

Takes pytest's arguments: ``python -m tests.on_postgresql -n 2``. With CI set, it is a failure when no server answers.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

URL = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"


def main() -> int:
    """Return pytest's exit status; 0 when there is no PostgreSQL and it isn't demanded."""
    try:
        psycopg.connect(URL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        print(f"Not run on PostgreSQL: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        return 1 if os.environ.get("CI") else 0
    command = [sys.executable, "-m", "pytest", *sys.argv[1:], "-m", "database and not browser and not one_database"]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": URL}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
