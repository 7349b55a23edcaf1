"""Leases: one holder of a name at a time, over all processes and machines, and nobody after a kill.

A lease that is not renewed for as long as a lost worker waits is anybody's. Renewing within the transaction of a write
makes it a fence: a holder that slept too long writes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from portal.models import TaskLease
from portal.tasks.queue import lost_after

TRY_AGAIN_SECONDS = 0.2


class LeaseTaken(Exception):
    """Somebody else holds the lease."""


class Lease:
    """A lease that is held."""

    def __init__(self, name: str, holder: str) -> None:
        self._name, self._holder = name, holder

    def renew(self) -> None:
        """Go on holding it: at least every few seconds, and in each transaction that it protects.

        Raises LeaseTaken when it was not renewed for too long and somebody else took it.
        """
        mine = TaskLease.objects.filter(name=self._name, holder=self._holder)
        if not mine.update(renewed_at=Now()):
            raise LeaseTaken(f"{self._name} was not renewed for {lost_after()} s, and somebody else has taken it.")


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
    try:
        yield Lease(name, holder)
    finally:
        TaskLease.objects.filter(name=name, holder=holder).delete()


def _take(name: str, holder: str) -> bool:
    long_ago = Now() - timedelta(seconds=lost_after())
    # Looking first takes no lock, so that those who wait keep nobody from writing.
    if TaskLease.objects.filter(name=name, renewed_at__gte=long_ago).exists():
        return False
    left = TaskLease.objects.filter(name=name, renewed_at__lt=long_ago)
    if left.update(holder=holder, renewed_at=Now()):
        return True
    try:
        with transaction.atomic():
            TaskLease.objects.create(name=name, holder=holder, renewed_at=Now())
    except IntegrityError:
        return False
    return True
