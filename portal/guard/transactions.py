"""Takes back a transaction that plugin code has begun and not ended."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger("portal.plugins")


@contextmanager
def no_transaction_left_open() -> Iterator[None]:
    """Roll back what is still open after the block, and let the thread start with a new connection.

    Django closes no connection inside a transaction: whatever the thread wrote from then on would never be committed.
    """
    before = {connection.alias for connection in connections.all(initialized_only=True) if _is_open(connection)}
    try:
        yield
    finally:
        for connection in connections.all(initialized_only=True):
            if connection.alias not in before and _is_open(connection):
                log.error("A plugin left a transaction open on the database %s: it is rolled back.", connection.alias)
                connection.close()
                del connections[connection.alias]


def _is_open(connection: BaseDatabaseWrapper) -> bool:
    return connection.in_atomic_block or (connection.connection is not None and not connection.autocommit)
