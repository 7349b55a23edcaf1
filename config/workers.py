"""The task workers beside the server, and the small process that looks after them: ``python -m config.workers``.

It is a process of its own, because the server makes its processes by fork, which a thread in it could leave deadlocked.
"""

from __future__ import annotations

import http.client
import logging.config
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config import env
from config.logging import server_logging

log = logging.getLogger("_granian")

ROOT = Path(__file__).resolve().parent.parent
LOOK_SECONDS = 0.25
# Longer than a worker takes for what it is in.
STOP_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
PROVEN_SECONDS = 60.0


@contextmanager
def workers(number: int, host: str, port: int) -> Iterator[None]:
    """Have ``number`` task workers for the length of a block in which the server runs at ``host`` and ``port``."""
    if not number:
        yield
        return
    command = [sys.executable, "-m", "config.workers", str(os.getpid()), str(number), host, str(port)]
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - the project's own command
    try:
        yield
    finally:
        _end([process], 2 * STOP_SECONDS)


class Keeper:
    """Starts workers once the server answers, starts those anew that end, and ends them with itself or the server."""

    def __init__(self, server: int, number: int, host: str, port: int) -> None:
        self._server, self._number, self._host, self._port = server, number, host, port
        self._stopped = False
        self._pause = FIRST_PAUSE_SECONDS

    def stop(self, *args: Any) -> None:
        """End the workers. A signal handler, hence the arguments."""
        self._stopped = True

    def run(self) -> None:
        """Look after the workers until told to stop, or until the server is gone."""
        while self._goes_on() and not self._server_answers():
            time.sleep(LOOK_SECONDS)
        running: dict[subprocess.Popen[bytes], float] = {}
        due = time.monotonic()
        while self._goes_on():
            now = time.monotonic()
            for process, started in list(running.items()):
                if process.poll() is not None:
                    del running[process]
                    log.error("A task worker ended with status %s and is started again.", process.returncode)
                    self._pause = FIRST_PAUSE_SECONDS if now - started > PROVEN_SECONDS else self._pause
                    due = now + self._pause
                    self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            while len(running) < self._number and now >= due:
                command = [sys.executable, "manage.py", "worker", "--beside-server", str(os.getpid())]
                running[subprocess.Popen(command, cwd=ROOT)] = now  # noqa: S603 - the project's own command
            time.sleep(LOOK_SECONDS)
        _end(list(running), STOP_SECONDS)

    def _goes_on(self) -> bool:
        return not self._stopped and os.getppid() == self._server

    def _server_answers(self) -> bool:
        """Ask for its health, so that the workers' start does not make its own longer. Any answer will do."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


def _end(processes: list[subprocess.Popen[bytes]], seconds: float) -> None:
    for process in processes:
        process.terminate()
    end = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main(server: str, number: str, host: str, port: str) -> None:
    """Look after the workers of a server."""
    production = env.choice("FOYER_MODE", "local", ("local", "production")) == "production"
    logging.config.dictConfig(server_logging(production=production))
    keeper = Keeper(int(server), int(number), host, int(port))
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, keeper.stop)
    keeper.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
