"""Threads for cards that wait. They are daemons: a ThreadPoolExecutor would join a hung card when the server stops."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

log = logging.getLogger("portal.cards")


class DaemonPool:
    """Runs functions on at most ``size`` threads, each made when it is first needed, so after any fork."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._threads = 0
        self._lock = threading.Lock()
        self._idle = threading.Semaphore(0)
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def submit(self, job: Callable[[], None]) -> None:
        """Run ``job`` as soon as a thread is free. What it raises is logged."""
        self._queue.put(job)
        if self._idle.acquire(blocking=False):
            return
        with self._lock:
            if self._threads >= self.size:
                return
            self._threads += 1
        threading.Thread(target=self._work, daemon=True, name=f"card-{self._threads}").start()

    def _work(self) -> None:
        while True:
            job = self._queue.get()
            try:
                job()
            except BaseException:  # noqa: BLE001 - a thread that ended would be missing for good
                log.exception("A job of the pool raised.")
            self._idle.release()
