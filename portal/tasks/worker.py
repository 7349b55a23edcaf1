"""The worker: runs one task after another, shows that it lives, and looks after schedules and what others left."""

from __future__ import annotations

import logging
import os
import socket
import time
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, close_old_connections, connection
from django.db.models.functions import Now
from django_tasks_db.models import DBTaskResult

from portal.models import TaskWorker
from portal.services.tasks import Options
from portal.tasks import queue, schedules

log = logging.getLogger("portal.tasks")

POLL_SECONDS = 0.5
WATCH_SECONDS = 0.5
CHORES_SECONDS = 2.0
PRUNE_SECONDS = 3600.0
GRACE_SECONDS = 3.0
PAUSE_SECONDS = 5.0
GIVEN_UP = 75


class TookTooLong(Exception):
    """A task went on for longer than it declares."""


class Running:
    """The task that a worker is in, and since when."""

    def __init__(self, result: DBTaskResult[..., Any], options: Options) -> None:
        self.result, self.options, self.started = result, options, time.monotonic()

    @property
    def is_overdue(self) -> bool:
        """Say whether it has taken longer than it may."""
        return time.monotonic() - self.started > self.options.seconds


class Worker:
    """One worker. ``parent`` is the process it ends with, 0 for none."""

    def __init__(self, parent: int = 0) -> None:
        self.id = f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid4().hex[:8]}"
        self._parent = parent
        self._stop = Event()
        self._stopped_at = 0.0
        self._running: Running | None = None
        self._chores_at = self._pruned_at = float("-inf")

    def stop(self, *args: Any) -> None:
        """Stop after the task it is in, or after a few seconds. A signal handler, hence the arguments."""
        self._stopped_at = time.monotonic()
        self._stop.set()

    def run(self, *, until_idle: bool = False) -> None:
        """Work until told to stop or, with ``until_idle``, until nothing is due."""
        watch = Thread(target=self._watch, daemon=True, name="watch")
        self._start()
        watch.start()
        while not self._stop.is_set():
            try:
                worked = self._step()
            except DatabaseError as error:
                log.warning("The worker waits, since the database can't be used: %s", error)
                connection.close()
                self._stop.wait(PAUSE_SECONDS)
                continue
            if not worked:
                if until_idle:
                    break
                self._stop.wait(POLL_SECONDS)
            close_old_connections()
        self.stop()
        watch.join(GRACE_SECONDS)
        self._end()

    def _start(self) -> None:
        while not self._stop.is_set():
            try:
                self._show()
                schedules.write_rows()
            except DatabaseError as error:
                log.warning("The worker waits, since the database can't be used: %s", error)
                connection.close()
                self._stop.wait(PAUSE_SECONDS)
            else:
                log.info("The worker %s is ready.", self.id)
                return

    def _end(self) -> None:
        try:
            TaskWorker.objects.filter(pk=self.id).delete()
        except DatabaseError:
            log.warning("The worker could not sign off, and counts as alive for %d s.", queue.lost_after())

    def _step(self) -> bool:
        """Do the chores that are due and then one task. Says whether there was one."""
        now = time.monotonic()
        if now - self._chores_at >= CHORES_SECONDS:
            self._chores_at = now
            queue.take_back(self.id)
            schedules.enqueue_due()
        if now - self._pruned_at >= PRUNE_SECONDS:
            self._pruned_at = now
            queue.prune()
        result = queue.claim(self.id)
        if result is None:
            return False
        options = queue.options_for(result)
        log.info("The task %s begins.", result.task_path)
        self._running = Running(result, options)
        try:
            queue.run(result, options)
        finally:
            self._running = None
        log.info("The task %s is over.", result.task_path)
        return True

    def _watch(self) -> None:
        """In a thread beside the task: show life, and end the process when the task does not end by itself."""
        shown = time.monotonic()
        while True:
            stopped = self._stop.wait(WATCH_SECONDS)
            if stopped and self._running is None:
                break
            running = self._running
            if self._parent and os.getppid() != self._parent and not stopped:
                log.warning("The server is gone, and the worker goes with it.")
                self.stop()
            try:
                if running and stopped and time.monotonic() - self._stopped_at > GRACE_SECONDS:
                    queue.put_back(running.result)
                    self._end()
                    self._exit(0)
                if running and running.is_overdue:
                    error = TookTooLong(f"It took longer than {running.options.seconds} s.")
                    is_given_up = queue.failed(running.result, error, Options(retries=0))
                    # One that has just ended makes room for another, which the process must not take with it.
                    if is_given_up or self._running is running:
                        self._end()
                        self._exit(GIVEN_UP)
                if time.monotonic() - shown > queue.lost_after() / 6:
                    self._show()
                    shown = time.monotonic()
            except DatabaseError as error:
                log.warning("The worker could not show that it lives: %s", error)
                connection.close()
                if stopped:
                    self._exit(0)
            if stopped:
                time.sleep(WATCH_SECONDS / 5)
        connection.close()

    def _show(self) -> None:
        running = self._running
        values = {"seen_at": Now(), "task": running.result.task_path if running else ""}
        TaskWorker.objects.update_or_create(
            pk=self.id, defaults=values, create_defaults=values | {"started_at": Now(), "pid": os.getpid()}
        )

    @staticmethod
    def _exit(status: int) -> None:
        """End at once: the task's thread can't be stopped in another way."""
        logging.shutdown()
        os._exit(status)
