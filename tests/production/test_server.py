"""The server as it is started."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from subprocess import CompletedProcess

import pytest

from tests.production.conftest import ROOT, production

pytestmark = pytest.mark.one_database
PLUGIN = "tests.production.stubborn"
PROXY = {"Host": "portal.example.com", "X-Forwarded-Proto": "https"}


class Server:
    """The server in processes of its own."""

    def __init__(self, environment: dict[str, str], code: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        changed = environment | {"PORT": str(self.port), "FOYER_PLUGINS": PLUGIN}
        self.log = Path(environment["FOYER_VAR_DIR"]).parent / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=changed, stderr=log, stdout=log)

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Ask as the proxy in front of the server does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(
            "GET", path, headers=PROXY | {name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        return response.status, response.read()

    def is_up(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait(self, condition: Callable[[], bool]) -> None:
        for _ in range(300):
            if condition():
                return
            time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return [child for child, command in children(self.process.pid) if b"config.workers" not in command]

    def task_workers(self) -> list[int]:
        """The processes that run tasks."""
        keepers = [child for child, command in children(self.process.pid) if b"config.workers" in command]
        return [child for keeper in keepers for child, _ in children(keeper)]

    def crash(self) -> None:
        """Let the plugin end its worker, and wait until the portal answers again."""
        before = self.workers()
        with pytest.raises((OSError, http.client.HTTPException)):
            self.get("/stubborn/die/")
        self.wait(lambda: self.workers() != before and self.is_up())


def children(process: int) -> list[tuple[int, bytes]]:
    """Return the children of a process with their command lines."""
    numbers = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    found = [(int(child), Path(f"/proc/{child}/cmdline").read_bytes()) for child in numbers]
    return [(child, command) for child, command in found if b"resource_tracker" not in command]


START = "from config.serve import main; main()"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database for the servers to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    changed = production(folder) | {"FOYER_PLUGINS": PLUGIN}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=changed, check=True)
    return folder / "db.sqlite3"


@pytest.fixture
def start(environment: dict[str, str], migrated: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []
    folder = Path(environment["FOYER_VAR_DIR"])
    folder.mkdir()
    copyfile(migrated, folder / migrated.name)

    def start(code: str = START, **changes: str) -> Server:
        server = Server(environment | changes, code)
        servers.append(server)
        server.wait(server.is_up)
        return server

    yield start
    for server in servers:
        server.process.terminate()
        try:
            server.process.wait(30)
        except subprocess.TimeoutExpired:
            server.process.kill()


@pytest.mark.slow
def test_it_stops_while_a_request_hangs(start: Callable[..., Server]) -> None:
    server = start()
    workers = server.workers()
    answers: list[object] = []

    def ask() -> None:
        try:
            answers.append(server.get("/stubborn/hang/"))
        except (OSError, http.client.HTTPException) as error:
            answers.append(error)

    threading.Thread(target=ask, daemon=True).start()
    time.sleep(1)
    assert not answers
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(30)
    assert workers
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


@pytest.mark.slow
def test_a_killed_worker_is_replaced(start: Callable[..., Server]) -> None:
    server = start()
    (worker,) = server.workers()
    os.kill(worker, signal.SIGKILL)
    server.wait(lambda: worker not in server.workers() and server.is_up())


@pytest.mark.slow
def test_a_plugin_that_ends_its_process_again_and_again_does_not_end_the_portal(start: Callable[..., Server]) -> None:
    server = start("import config.serve as serve; serve.PROVEN_SECONDS = 0; serve.main()")
    for _ in range(3):
        server.crash()


@pytest.mark.slow
def test_the_task_worker_beside_it_is_replaced_when_it_dies_and_stops_with_it(start: Callable[..., Server]) -> None:
    server = start(FOYER_WORKERS="1")
    server.wait(lambda: len(server.task_workers()) == 1)
    (first,) = server.task_workers()
    os.kill(first, signal.SIGKILL)
    server.wait(lambda: server.task_workers() not in ([], [first]))
    (second,) = server.task_workers()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0
    assert not Path(f"/proc/{second}").exists()


@pytest.mark.slow
def test_a_killed_server_leaves_no_task_worker_behind(start: Callable[..., Server]) -> None:
    server = start(FOYER_WORKERS="1")
    server.wait(lambda: len(server.task_workers()) == 1)
    (worker,), answering = server.task_workers(), server.workers()
    server.process.kill()
    server.process.wait()
    server.wait(lambda: not Path(f"/proc/{worker}").exists())
    for left in answering:
        os.kill(left, signal.SIGKILL)


def test_a_server_that_cannot_start_ends_with_the_reason(environment: dict[str, str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    changed = environment | {"FOYER_ALLOWED_HOSTS": "*", "PORT": str(port)}
    result = subprocess.run(
        [sys.executable, "-m", "config.serve"], cwd=ROOT, env=changed, capture_output=True, text=True, timeout=120
    )
    assert result.returncode != 0
    assert "FOYER_ALLOWED_HOSTS contains '*'" in result.stderr


def test_behind_a_trusted_proxy_scheme_and_client_are_the_visitors(start: Callable[..., Server]) -> None:
    server = start()
    status, body = server.get("/stubborn/client/", X_Forwarded_For="203.0.113.66, 198.51.100.1")
    assert status == 200, body
    assert json.loads(body) == {"scheme": "https", "address": "198.51.100.1", "host": "portal.example.com"}


def test_without_https_a_visitor_is_sent_there(start: Callable[..., Server]) -> None:
    assert start().get("/stubborn/client/", X_Forwarded_Proto="http")[0] == 301


def test_more_idle_connections_than_threads_keep_nobody_out(start: Callable[..., Server]) -> None:
    server = start(FOYER_THREADS="4")
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    for connection in idle:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: portal.example.com\r\n")
    assert server.is_up()
    for connection in idle:
        connection.close()


def test_local_mode_listens_on_this_machine_only(run: Callable[..., CompletedProcess[str]]) -> None:
    result = run("-m", "config.serve", FOYER_MODE="local", HOST="0.0.0.0")  # noqa: S104 - what is refused
    assert result.returncode != 0
    assert "local mode is for this machine only" in result.stderr
