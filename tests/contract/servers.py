"""Servers in processes of their own, on one database."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
# Django takes the secret of the CSRF cookie itself as the token of a form.
CSRF = "csrftokenofthetests0000000000000"
START_SECONDS = 120
ANSWER_SECONDS = 60


class Answer(NamedTuple):
    """Status and body of an answer."""

    status: int
    body: str


class Server:
    """One server of the portal, asked with the session of a person."""

    def __init__(self, environment: Mapping[str, str], sessions: Mapping[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._sessions = sessions
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.serve"],
                cwd=ROOT,
                env={"FOYER_WORKERS": "0", **environment, "PORT": str(self.port)},
                stdout=output,
                stderr=output,
            )

    def get(self, username: str, url: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", username, url)

    def post(self, username: str, url: str, form: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", username, url, urlencode({**form, "csrfmiddlewaretoken": CSRF}))

    def _ask(self, method: str, username: str, url: str, body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        headers = {"Cookie": f"sessionid={self._sessions.get(username, '')}; csrftoken={CSRF}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, url, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        finally:
            connection.close()

    def wait_until_it_answers(self) -> None:
        """Return when the server answers. Fails with its log when it doesn't."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.get("", "/healthz").status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise AssertionError(f"The server did not start.\n{self.log.read_text()}")

    def stop(self) -> int:
        """Tell it to stop as a process manager does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=START_SECONDS)


@contextmanager
def serving(
    environment: Mapping[str, str], sessions: Mapping[str, str], folder: Path, number: int = 1
) -> Iterator[list[Server]]:
    """Start ``number`` servers for the length of a block."""
    servers = [Server(environment, sessions, folder / f"server-{index}.log") for index in range(number)]
    try:
        for server in servers:
            server.wait_until_it_answers()
        yield servers
    finally:
        for server in servers:
            # Killed, it would leave its worker behind.
            if server.process.poll() is None:
                server.stop()
