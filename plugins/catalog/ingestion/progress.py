"""How far a reading of the locations is: told to whoever asks, kept in a row, and only while it holds the lease."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils import timezone

from plugins.catalog.models import Ingestion
from portal.api import Lease

EVERY_SECONDS = 0.5
KEPT = 50
Told = Callable[[int, int, int], None]


class Progress:
    """Told by an ingestion how far it is. This one keeps nothing."""

    def phase(self, name: Ingestion.Phase) -> None:
        """The ingestion does something else from now on."""

    def read(self, done: int, total: int, entities: int) -> None:
        """``done`` of ``total`` files that are known by now are read, with ``entities`` in them."""

    def fence(self) -> None:
        """Called first in each transaction, so that no two write entities at a time.

        Raises LeaseTaken when somebody else brings the catalog in line now.
        """


class Recorded(Progress):
    """Keeps a row up to date, at most twice a second, and lets nothing be written without the lease."""

    def __init__(self, row: Ingestion, lease: Lease, told: Told | None = None) -> None:
        self._row, self._lease, self._told = row, lease, told
        self._kept_at = time.monotonic()

    def phase(self, name: Ingestion.Phase) -> None:
        """Keep what it does now."""
        self._row.phase = name
        self._keep()

    def read(self, done: int, total: int, entities: int) -> None:
        """Keep how far it is, when the last time was long enough ago."""
        self._row.done, self._row.total, self._row.entities = done, total, entities
        if self._told:
            self._told(done, total, entities)
        if time.monotonic() - self._kept_at >= EVERY_SECONDS:
            self._keep()

    def fence(self) -> None:
        """Renew the lease within the transaction, which nobody can take over until that ends."""
        self._lease.renew()

    def end(self, said: str, problems: int) -> None:
        """Keep what came of it."""
        self._row.problems = problems
        self._row.end(Ingestion.Phase.DONE, said)

    def _keep(self) -> None:
        self._lease.renew()
        self._row.save(update_fields=("phase", "done", "total", "entities"))
        self._kept_at = time.monotonic()


@contextmanager
def recorded(scope: str, lease: Lease, told: Told | None = None) -> Iterator[Recorded]:
    """Keep a row about the ingestion that is the block; call it with the lease held.

    An ingestion whose row says that it still goes on has then ended without a word, as when it is killed.
    """
    now = timezone.now()
    Ingestion.objects.filter(finished_at=None).update(
        finished_at=now, phase=Ingestion.Phase.LOST, said="Its process was stopped. What it had not done is done anew."
    )
    for old in Ingestion.objects.order_by("-pk").values_list("pk", flat=True)[KEPT : KEPT + 1]:
        Ingestion.objects.filter(pk__lte=old).delete()
    process = f"{socket.gethostname()[:60]} {os.getpid()}"
    row = Ingestion.objects.create(scope=scope, process=process, started_at=now)
    try:
        yield Recorded(row, lease, told)
    except BaseException as error:
        row.end(Ingestion.Phase.FAILED, f"{type(error).__name__}: {error}")
        raise
