"""Threads for cards that wait. They are daemons: a ThreadPoolExecutor would join a hung card when the server stops."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

log = logging.getLogger("portal.cards")


class DaemonPool:
    """Runs functions on ``size`` threads, each made when it is first needed, so after any fork.

    A thread whose job takes longer than ``given_up_after`` seconds is not counted any more: another takes its place,
    and it ends when its job does. Otherwise a few jobs that hang would leave the pool to the others too small. How
    many can hang is for the caller to bound.
    """

    def __init__(self, size: int, given_up_after: float) -> None:
        self.size = size
        self.given_up_after = given_up_after
        self._lock = threading.Lock()
        self._idle = threading.Semaphore(0)
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._threads = 0
        self._made = 0
        self._busy_since: dict[threading.Thread, float] = {}
        self._given_up: set[threading.Thread] = set()

    def submit(self, job: Callable[[], None]) -> None:
        """Run ``job`` as soon as a thread is free. What it raises is logged."""
        self._queue.put(job)
        if self._idle.acquire(blocking=False):
            return
        with self._lock:
            self._give_up_hanging()
            if self._threads >= self.size:
                return
            self._threads += 1
            self._made += 1
        threading.Thread(target=self._work, daemon=True, name=f"card-{self._made}").start()

    def _give_up_hanging(self) -> None:
        now = time.monotonic()
        for thread in [one for one, since in self._busy_since.items() if now - since > self.given_up_after]:
            del self._busy_since[thread]
            self._given_up.add(thread)
            self._threads -= 1

    def _work(self) -> None:
        thread = threading.current_thread()
        while True:
            job = self._next_job()
            with self._lock:
                self._busy_since[thread] = time.monotonic()
            try:
                job()
            except BaseException:  # noqa: BLE001 - a thread that ended would be missing for good
                log.exception("A job of the pool raised.")
            with self._lock:
                if thread in self._given_up:
                    self._given_up.remove(thread)
                    return
                del self._busy_since[thread]

    def _next_job(self) -> Callable[[], None]:
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            self._idle.release()
            return self._queue.get()
