"""The threads of the pool: no more than allowed, made when needed, and in nobody's way at the end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from threading import Barrier, Event, current_thread

from hypothesis import given
from hypothesis import strategies as st

from portal.cards.pool import DaemonPool

PATIENCE = 30.0
ROOT = Path(__file__).resolve().parents[2]


def test_jobs_run_at_once_up_to_the_size() -> None:
    pool, together, done = DaemonPool(3, PATIENCE), Barrier(4), Event()

    def job() -> None:
        together.wait(PATIENCE)
        done.set()

    for _ in range(3):
        pool.submit(job)
    together.wait(PATIENCE)
    assert done.wait(PATIENCE)


@given(size=st.integers(1, 5), jobs=st.integers(1, 40))
def test_every_job_is_run_once_on_at_most_so_many_threads(size: int, jobs: int) -> None:
    pool, ran, names = DaemonPool(size, PATIENCE), [], set()
    everything = Event()

    def run(number: int) -> None:
        ran.append(number)
        names.add(current_thread().name)
        if len(ran) == jobs:
            everything.set()

    for number in range(jobs):
        pool.submit(lambda number=number: run(number))  # type: ignore[misc]
    assert everything.wait(PATIENCE)
    assert sorted(ran) == list(range(jobs))
    assert len(names) <= size


def test_a_thread_that_is_free_is_used_before_another_is_made() -> None:
    pool, names = DaemonPool(5, PATIENCE), []
    for _ in range(20):
        done = Event()
        pool.submit(lambda done=done: (names.append(current_thread().name), done.set()))  # type: ignore[misc]
        assert done.wait(PATIENCE)
    # A thread says that it is free just after it has said that its job is done.
    assert len(set(names)) <= 2


def test_a_job_that_raises_costs_no_thread() -> None:
    pool, done = DaemonPool(1, PATIENCE), Event()

    def fail() -> None:
        raise KeyboardInterrupt

    pool.submit(fail)
    pool.submit(done.set)
    assert done.wait(PATIENCE)


def test_a_job_waits_for_a_thread_when_all_are_taken() -> None:
    pool, release, done = DaemonPool(1, PATIENCE), Event(), Event()
    pool.submit(lambda: release.wait(PATIENCE) and None)
    pool.submit(done.set)
    assert not done.wait(0.05)
    release.set()
    assert done.wait(PATIENCE)


def test_another_thread_takes_the_place_of_one_whose_job_hangs() -> None:
    pool, release, done = DaemonPool(1, given_up_after=0.05), Event(), Event()
    pool.submit(lambda: release.wait(PATIENCE) and None)
    pool.submit(lambda: None)
    time.sleep(0.1)
    pool.submit(done.set)
    assert done.wait(PATIENCE)
    release.set()


def test_a_thread_that_was_given_up_ends_when_its_job_does() -> None:
    pool, release, hung, others = DaemonPool(1, given_up_after=0.05), Event(), [], []

    def hang() -> None:
        hung.append(current_thread())
        release.wait(PATIENCE)

    pool.submit(hang)
    time.sleep(0.1)
    pool.submit(lambda: others.append(current_thread()))
    release.set()
    hung[0].join(PATIENCE)
    assert not hung[0].is_alive()
    for _ in range(3):
        done = Event()
        pool.submit(lambda done=done: (others.append(current_thread()), done.set()))  # type: ignore[misc]
        assert done.wait(PATIENCE)
    assert len(set(others)) == 1


def test_a_process_ends_while_jobs_hang() -> None:
    code = (
        "import threading; from portal.cards.pool import DaemonPool\n"
        "pool, started = DaemonPool(4, 30.0), threading.Event()\n"
        "for _ in range(4): pool.submit(lambda: (started.set(), threading.Event().wait()))\n"
        "started.wait()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
