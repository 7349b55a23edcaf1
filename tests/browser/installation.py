"""An installation of its own for the browser tests, set up and served as an admin does it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
COLLECTED = ROOT / "var" / "static"
OURS = ("FOYER_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PORT", "HOST")
MOODY = "tests.browser.plugins.moody"
READY_WITHIN = 60.0
GONE_WITHIN = 10.0


class Installation:
    """A folder with the database and the static files, the ``bundled`` plugins and the demo, on a free port.

    ``url`` is its address without a path. A prepared folder may be copied.
    """

    def __init__(self, folder: Path, bundled: Sequence[str]) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "log"
        self._sessions = folder / "sessions.json"
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FOYER_PLUGINS": ",".join((*bundled, MOODY)),
            "FOYER_STRICT_PLUGINS": "1",
            "FOYER_WORKERS": "0",
            "FOYER_VAR_DIR": str(folder),
            "PORT": str(self.port),
        }

    @cached_property
    def sessions(self) -> dict[str, str]:
        """The session key of each person by name."""
        found: dict[str, str] = json.loads(self._sessions.read_text())
        return found

    def prepare(self) -> None:
        """Migrate, load the demo, make the people and collect the static files. Raises RuntimeError with the output."""
        if COLLECTED.is_dir():
            # What make has collected is the same but for what the tests add, and compressing takes longest.
            shutil.copytree(COLLECTED, self.folder / "static")
        collecting = self._start("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        self._finish(self._start("manage.py", "prepare"))
        self._sessions.write_text(self._finish(self._start("-m", "tests.browser.people")))
        self._finish(collecting)

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Run the server for a block. Raises RuntimeError with its log when it is not ready within a minute."""
        with self._log.open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "config.serve"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        try:
            self._wait_until_ready(server)
            yield
        finally:
            server.terminate()
            try:
                server.wait(GONE_WITHIN)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _finish(self, process: subprocess.Popen[str]) -> str:
        out, errors = process.communicate(timeout=120)
        if process.returncode:
            raise RuntimeError(f"{process.args!r} failed:\n{out[-2000:]}{errors[-4000:]}")
        return out

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        began = time.monotonic()
        while server.poll() is None and time.monotonic() - began < READY_WITHIN:
            try:
                with urlopen(f"{self.url}/readyz", timeout=READY_WITHIN) as answer:  # noqa: S310 - our own server
                    if answer.status == 200:
                        return
            except URLError:
                time.sleep(0.05)
        raise RuntimeError(f"The server is not ready.\n{self._log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
