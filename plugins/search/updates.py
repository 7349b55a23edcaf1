"""Keeping up with what changes: noted in the transaction of the change, worked off after it."""

from __future__ import annotations

import logging
import time
from functools import partial
from threading import Lock, Thread

from django.db import close_old_connections, connection, transaction

from plugins.search.indexing import catch_up
from plugins.search.models import Change, Source
from portal.api import search_sources

log = logging.getLogger("portal.search")

AT_ONCE = 100
LOOK_SECONDS = 5.0
QUIET_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 60.0
# SQLite's writers look every tenth of a second whether it is their turn, and give up after five.
LEAST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 2.0


def note(label: str, refs: tuple[str, ...] | None) -> None:
    """Note what changed. A few documents are read again as soon as the change is committed, many in the background."""
    # What is noted already may be being read, and past what changed now.
    rows = (Change(label=label, ref=ref) for ref in ([""] if refs is None else dict.fromkeys(refs)))
    Change.objects.bulk_create(rows, batch_size=1000)
    at_once = refs is not None and len(refs) <= AT_ONCE
    transaction.on_commit(partial(_after_commit, at_once), robust=True)


def _after_commit(at_once: bool) -> None:
    if not at_once or catch_up(AT_ONCE):
        worker.wake()


class GivingWay:
    """Leaves the database to others for as long as a batch took, so that no writer of SQLite waits in vain."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def __call__(self) -> None:
        """Sleep. Call it after each batch."""
        time.sleep(min(max(time.monotonic() - self._since, LEAST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))
        self._since = time.monotonic()


class Worker:
    """Works off what is noted, in one daemon thread that ends when nothing is left. What it leaves stays noted.

    It begins when nothing more was noted for a moment: whoever brings thousands of documents is done sooner.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: Thread | None = None
        self._looked_at = self._woken_at = float("-inf")

    def wake(self) -> None:
        """Start the thread unless it runs. In a transaction, whose changes it could not see, do nothing."""
        if connection.in_atomic_block:
            return
        self._woken_at = time.monotonic()
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="search-index", daemon=True)
                self._thread.start()

    def look(self) -> None:
        """Every five seconds at most: wake when something is noted, or a plugin has never been read."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS or connection.in_atomic_block:
            return
        self._looked_at = now
        labels = {source.label for source in search_sources()}
        noted = Change.objects.filter(label__in=labels)
        unread = labels - set(Source.objects.filter(label__in=labels).values_list("label", flat=True))
        if unread:
            unread -= set(noted.filter(ref="").values_list("label", flat=True))
        for label in unread:
            note(label, None)
        if noted.exists():
            self.wake()

    def _run(self) -> None:
        close_old_connections()
        try:
            self._wait_until_quiet()
            while catch_up(after_batch=GivingWay()):
                time.sleep(1)
        except Exception:  # noqa: BLE001 - the end of a thread of its own: what is noted stays for the next one
            log.exception("The search index could not be brought up to date.")
        finally:
            connection.close()

    def _wait_until_quiet(self) -> None:
        began = time.monotonic()
        while (now := time.monotonic()) < min(self._woken_at + QUIET_SECONDS, began + LONGEST_WAIT_SECONDS):
            time.sleep(self._woken_at + QUIET_SECONDS - now)


worker = Worker()
