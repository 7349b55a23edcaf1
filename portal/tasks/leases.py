"""Leases: one holder of a name at a time, over all processes and machines, and nobody after a kill.

A thread renews a lease for as long as the process lives. One that is not renewed for as long as a lost worker waits is
anybody's. Renewing within the transaction of a write makes it a fence: a holder that slept too long writes nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now

from portal.models import TaskLease
from portal.tasks.queue import lost_after

log = logging.getLogger("portal.tasks")

TRY_AGAIN_SECONDS = 0.2
LEAST_PAUSE_SECONDS = 0.5


class LeaseTaken(Exception):
    """Somebody else holds the lease."""


class Lease:
    """A lease that is held."""

    def __init__(self, name: str, holder: str) -> None:
        self._name, self._holder = name, holder
        self._over = Event()
        self._thread = Thread(target=self._keep, daemon=True, name=f"lease {name}")

    def renew(self) -> None:
        """Make sure that it is still held: to be called in each transaction that it protects.

        Raises LeaseTaken when it was not renewed for too long and somebody else took it.
        """
        if not self._rows().update(renewed_at=Now()):
            raise LeaseTaken(f"{self._name} was not renewed for {lost_after()} s, and somebody else has taken it.")

    def keep(self) -> None:
        """Have it renewed until it is given up."""
        self._thread.start()

    def give_up(self) -> None:
        """Let others have it."""
        self._over.set()
        self._rows().delete()

    def _rows(self) -> Any:
        return TaskLease.objects.filter(name=self._name, holder=self._holder)

    def _keep(self) -> None:
        while not self._over.wait(max(LEAST_PAUSE_SECONDS, lost_after() / 6)):
            try:
                self._rows().update(renewed_at=Now())
            except DatabaseError as error:
                log.warning("The lease %s could not be renewed, and is tried again: %s", self._name, error)
                connection.close()
        connection.close()


@contextmanager
def lease(name: str, wait: float = 0.0) -> Iterator[Lease]:
    """Hold ``name`` ("catalog.ingest") for the length of a block, waiting up to ``wait`` seconds for it.

    Raises LeaseTaken when somebody else holds it for longer. Enter it outside of transactions.
    """
    holder, end = uuid4().hex, time.monotonic() + wait
    while not _take(name, holder):
        if time.monotonic() >= end:
            raise LeaseTaken(f"Somebody else holds {name}.")
        time.sleep(TRY_AGAIN_SECONDS)
    held = Lease(name, holder)
    held.keep()
    try:
        yield held
    finally:
        held.give_up()


def _take(name: str, holder: str) -> bool:
    long_ago = Now() - timedelta(seconds=lost_after())
    # Looking first takes no lock, so that those who wait keep nobody from writing.
    if TaskLease.objects.filter(name=name, renewed_at__gte=long_ago).exists():
        return False
    left = TaskLease.objects.filter(name=name, renewed_at__lt=long_ago)
    try:
        with transaction.atomic():
            if not left.update(holder=holder, renewed_at=Now()):
                TaskLease.objects.create(name=name, holder=holder, renewed_at=Now())
    except (IntegrityError, OperationalError):
        # Somebody else was quicker, or writes for so long that SQLite gives up waiting.
        return False
    return True
