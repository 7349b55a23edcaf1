"""A temporary installation, and the server on it: started as an admin starts it, stopped by SIGTERM. Needs Linux."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.plugins import Made, generate

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 60.0
STEP_WITHIN = 600.0
GONE_WITHIN = 60.0
OURS = ("FOYER_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PORT", "HOST", "PYTHON")


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    name: str
    session: str

    @property
    def cookie(self) -> str:
        """The value of the Cookie header."""
        return f"sessionid={self.session}"


class Failed(Exception):
    """A measurement could not be made. The message says why, with the end of the server's log."""


class Installation:
    """A var directory with a migrated SQLite database, collected static files and generated plugins."""

    def __init__(self, folder: Path, plugins: Sequence[Made], bundled: bool, settings: str, **environment: str) -> None:
        self.folder = folder
        apps = generate(folder, plugins)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment |= {
            "FOYER_VAR_DIR": str(folder / "var"),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(folder))),
            "DJANGO_SETTINGS_MODULE": settings,
            "FOYER_API_RATE": "100000000",
            "FOYER_WORKERS": "0",
            **environment,
        }
        if bundled:
            self.environment["FOYER_PLUGINS"] = ",".join((*self._bundled(), *apps))
        else:
            self.environment["FOYER_PLUGINS"] = ",".join(apps)

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "var" / "db.sqlite3"

    def python(self, *arguments: str, within: float = STEP_WITHIN) -> str:
        """Run Python in the installation and return what it printed. Raises Failed, also after ``within`` seconds."""
        try:
            done = subprocess.run(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=within,
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"{' '.join(arguments)} took longer than {within:g} s.") from None
        if done.returncode:
            raise Failed(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def prepare(self, demo: bool = False) -> None:
        """Migrate and collect the static files, and load the demo."""
        self.python("manage.py", "migrate", "--verbosity", "0")
        self.python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        if demo:
            self.python("manage.py", "demo")

    def people(self, count: int = 1, *, admin: bool = False, existing: str = "") -> list[Person]:
        """Make ``count`` signed-in people, or sign an existing account in."""
        arguments = [str(count), *(["--admin"] if admin else []), *(["--existing", existing] if existing else [])]
        return [Person(**one) for one in json.loads(self.python("-m", "benchmarks.people", *arguments))]

    def _bundled(self) -> list[str]:
        code = "from config.settings import HOST_APPS, INSTALLED_APPS as apps; "
        code += "print('\\n'.join(app for app in apps if app not in HOST_APPS and app != 'portal'))"
        return self.python("-c", code).split()

    def server(self) -> Server:
        """Start the server. The caller waits until it is ready, and stops it, as ``serve`` does."""
        command = (sys.executable, "-m", "config.serve")
        return Server(command, ROOT, self.environment, self.folder, "/readyz")

    @contextmanager
    def serve(self) -> Iterator[Server]:
        """Start the server, wait until it is ready, and stop it at the end."""
        with serve(self.server()) as server:
            yield server


@contextmanager
def installation(
    plugins: Sequence[Made] = (),
    *,
    bundled: bool = False,
    demo: bool = False,
    settings: str = "config.settings",
    **environment: str,
) -> Iterator[Installation]:
    """Make a prepared installation with generated ``plugins``, and the ``bundled`` ones before them, for a block."""
    with tempfile.TemporaryDirectory(prefix="foyer-benchmark-") as folder:
        one = Installation(Path(folder), plugins, bundled, settings, **environment)
        one.prepare(demo)
        yield one


@contextmanager
def serve(server: Server) -> Iterator[Server]:
    """Wait until a server is ready, and stop it at the end."""
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


class Server:
    """A server that ``command`` starts in ``cwd`` and that listens on PORT; its log is kept in ``folder``.

    ``started_in`` is the time in seconds from its start to the first 200 of the path ``ready``.
    """

    def __init__(
        self, command: Sequence[str], cwd: Path, environment: Mapping[str, str], folder: Path, ready: str
    ) -> None:
        self.port = _free_port()
        self.log = folder / f"server-{self.port}.log"
        self.started_in = 0.0
        self._ready = ready
        self._began = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                list(command),
                cwd=cwd,
                env={**environment, "PORT": str(self.port)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        """The address of the server, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self) -> None:
        """Ask whether it is ready until it answers 200. Raises Failed after a minute, or when the server ends."""
        while time.monotonic() - self._began < READY_WITHIN:
            if self.process.poll() is not None:
                raise Failed(f"The server ended with {self.process.returncode}.\n{self.end_of_log()}")
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=READY_WITHIN)
                connection.request("GET", self._ready)
                answer = connection.getresponse()
                answer.read()
                connection.close()
            except OSError:
                time.sleep(0.01)
                continue
            if answer.status == 200:
                self.started_in = time.monotonic() - self._began
                return
            time.sleep(0.05)
        raise Failed(f"The server was not ready within {READY_WITHIN:g} s.\n{self.end_of_log()}")

    def worker(self) -> int:
        """Return the process id of the worker: whichever of its processes uses most memory. Raises Failed."""
        found = [pid for pid in self._family() if _kilobytes(pid, "status", "VmRSS")]
        if not found:
            raise Failed(f"The server has no worker.\n{self.end_of_log()}")
        return max(found, key=lambda pid: _kilobytes(pid, "status", "VmRSS"))

    def memory(self) -> float:
        """Return the proportional memory of the worker in MB (10^6 bytes)."""
        return _proportional(self.worker())

    def memory_of_all(self) -> float:
        """Return the proportional memory of all its processes in MB."""
        return sum(_proportional(pid) for pid in self._family())

    def cpu_seconds(self) -> float:
        """Return the processor time that the worker has used."""
        fields = Path(f"/proc/{self.worker()}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> float:
        """Send SIGTERM, wait until every process of the server is gone, and return the seconds it took.

        Raises Failed when some process is left after a minute; what is left is killed.
        """
        family = self._family()
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        while time.monotonic() - began < GONE_WITHIN:
            if self.process.poll() is not None and not any(_is_alive(pid) for pid in family):
                return time.monotonic() - began
            time.sleep(0.01)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        raise Failed(f"Processes of the server were left {GONE_WITHIN:g} s after SIGTERM.\n{self.end_of_log()}")

    def end_of_log(self) -> str:
        """Return the last 4000 characters that the server wrote."""
        return self.log.read_text(errors="replace")[-4000:]

    def _family(self) -> list[int]:
        return [self.process.pid, *_descendants(self.process.pid)]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found


def _kilobytes(pid: int, file: str, field: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{field}:")), 0)


def _proportional(pid: int) -> float:
    """In MB; the resident set would count a database that is mapped by each connection once for each."""
    return _kilobytes(pid, "smaps_rollup", "Pss") * 1024 / 1e6


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
