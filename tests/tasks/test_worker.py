"""Workers as processes: how they end, and what becomes of the task they were in."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from portal.services.tasks import Options
from portal.tasks import queue
from portal.tasks.worker import Running, Worker
from tests.plugins.healthy import tasks
from tests.production.conftest import ROOT, production

pytestmark = pytest.mark.one_database
WORK = """
import os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from tests.plugins.healthy import tasks
for name, *arguments in __import__("json").loads(sys.argv[1]):
    getattr(tasks, name).enqueue(*arguments)
from django.core.management import call_command
call_command("worker", *sys.argv[2:])
"""


class Shop:
    """A database, and workers on it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.folder = Path(environment["FOYER_VAR_DIR"])
        self.began = self.folder / "began"
        self.workers: list[subprocess.Popen[bytes]] = []

    def worker(self, *tasks: list[Any], options: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        """Enqueue tasks, and start a worker."""
        command = [sys.executable, "-c", WORK, json.dumps(tasks), *options]
        self.workers.append(subprocess.Popen(command, cwd=ROOT, env=self.environment))
        return self.workers[-1]

    def rows(self, columns: str, table: str = "django_tasks_database_dbtaskresult") -> list[Any]:
        with sqlite3.connect(self.folder / "db.sqlite3") as database:
            return database.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608 - constants

    def runs(self) -> list[str]:
        """The processes that began the task, one each time."""
        return self.began.read_text().split() if self.began.exists() else []


def wait(condition: Callable[[], Any]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("It did not come to pass within a minute.")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A migrated database to copy."""
    changes = {"FOYER_PLUGINS": "tests.plugins.healthy", "FOYER_WORKER_LOST_SECONDS": "3"}
    environment = production(tmp_path_factory.mktemp("migrated")) | changes
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    return environment


@pytest.fixture
def shop(migrated: dict[str, str], tmp_path: Path) -> Iterator[Shop]:
    copyfile(Path(migrated["FOYER_VAR_DIR"]) / "db.sqlite3", tmp_path / "db.sqlite3")
    shop = Shop(migrated | {"FOYER_VAR_DIR": str(tmp_path)})
    yield shop
    for worker in shop.workers:
        if worker.poll() is None:
            worker.kill()
            worker.wait()


def test_a_worker_runs_what_is_due_and_what_is_scheduled(shop: Shop) -> None:
    assert shop.worker(["write", "hello"], options=("--until-idle",)).wait(60) == 0
    assert {text for (text,) in shop.rows("text", "healthy_note")} == {"hello", "swept"}
    assert shop.rows("id", "portal_taskworker") == []


def test_the_task_of_a_killed_worker_is_run_by_another(shop: Shop) -> None:
    first = shop.worker(["tell_and_sleep", str(shop.began), 1])
    wait(shop.runs)
    first.kill()
    second = shop.worker()
    wait(lambda: shop.rows("status")[0] == ("SUCCESSFUL",))
    assert shop.runs() == [str(first.pid), str(second.pid)]


def test_a_worker_that_is_told_to_stop_gives_back_what_it_cannot_finish(shop: Shop) -> None:
    worker = shop.worker(["tell_and_sleep", str(shop.began), 600])
    wait(shop.runs)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert shop.rows("status, worker_ids")[0] == ("READY", "[]")
    assert shop.rows("id", "portal_taskworker") == []


def test_a_task_that_takes_too_long_is_given_up_with_its_process(shop: Shop) -> None:
    assert shop.worker(["take_too_long"]).wait(60) == 75
    assert [row for row in shop.rows("status, task_path") if "take_too_long" in row[1]][0][0] == "FAILED"
    assert shop.rows("message", "portal_taskfailure") == [("TookTooLong: It took longer than 1 s.",)]


@pytest.mark.django_db
def test_a_task_that_ends_while_it_is_given_up_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    worker, exits, give_up = Worker(), [], queue.failed
    tasks.write.enqueue("just in time")
    result = queue.claim(worker.id)
    assert result is not None

    def slow(*arguments: Any) -> bool:
        queue.run(result, Options())
        worker._running = None
        worker.stop()
        return give_up(*arguments)

    monkeypatch.setattr(queue, "failed", slow)
    monkeypatch.setattr(worker, "_exit", exits.append)
    worker._running = Running(result, Options(seconds=0))
    worker._watch()
    assert exits == []


def test_a_worker_ends_with_its_parent(shop: Shop, tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"""
import os, subprocess, sys, time
worker = subprocess.Popen([sys.executable, "manage.py", "worker", "--beside-server", str(os.getpid())])
open({str(child)!r}, "w").write(str(worker.pid))
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=shop.environment)
    wait(lambda: shop.rows("id", "portal_taskworker"))
    parent.kill()
    parent.wait()
    wait(lambda: not shop.rows("id", "portal_taskworker"))
    wait(lambda: not _lives(int(child.read_text())))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
