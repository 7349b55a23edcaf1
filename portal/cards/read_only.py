"""Lets a card read the database and nothing else, for a limited time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.guard.transactions import no_transaction_left_open

STATEMENT_SECONDS = 2.0


@contextmanager
def read_only(seconds: float = STATEMENT_SECONDS) -> Iterator[None]:
    """Make every connection of this thread refuse writes, and stop a statement after ``seconds``.

    Nothing is sent to the database before the block's first statement: a card which reads nothing costs nothing.
    """
    with no_transaction_left_open(), ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(_guarded(connection, seconds))
        yield


@contextmanager
def _guarded(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    guarding = _SQLite if connection.vendor == "sqlite" else _PostgreSQL
    guard = guarding(connection, seconds)
    needs_rollback = connection.needs_rollback

    def first_statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        # Rolling back a transaction of the card would take the mode back with it.
        if guard.in_transaction is not connection.in_atomic_block:
            guard.in_transaction = connection.in_atomic_block
            guard.begin()
        # SQLite lets nobody begin IMMEDIATE who may not write.
        return execute("BEGIN" if sql.startswith("BEGIN ") else sql, params, many, context)

    with connection.execute_wrapper(first_statement), _kept(connection):
        try:
            yield
        finally:
            # Nothing that the card did is left in the caller's transaction, so that can go on.
            connection.needs_rollback = needs_rollback
            if guard.in_transaction is not None:
                guard.end()


@contextmanager
def _kept(connection: Any) -> Iterator[None]:
    """Let ``close()`` do nothing: a card would get a connection that may write, and the pool one that may not."""
    connection.close = lambda: None
    try:
        yield
    finally:
        del connection.close


class _SQLite:
    def __init__(self, connection: Any, seconds: float) -> None:
        self.connection, self.seconds = connection, seconds
        self.in_transaction: bool | None = None

    def begin(self) -> None:
        deadline = time.monotonic() + self.seconds
        raw = self.connection.connection
        raw.execute("PRAGMA query_only=1")
        raw.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)

    def end(self) -> None:
        raw = self.connection.connection
        if raw is not None:
            raw.set_progress_handler(None, 0)
            raw.execute("PRAGMA query_only=0")


class _PostgreSQL:
    def __init__(self, connection: Any, seconds: float) -> None:
        self.connection, self.milliseconds = connection, int(seconds * 1000)
        self.in_transaction: bool | None = None
        self.in_callers_transaction = connection.in_atomic_block
        self.savepoint: str | None = None

    def begin(self) -> None:
        if self.in_callers_transaction:
            # Inside a transaction the mode can only be taken back by rolling back to a savepoint.
            self.savepoint = self.connection.savepoint()
        else:
            self._run("SET default_transaction_read_only = on", f"SET statement_timeout = {self.milliseconds}")
        if self.connection.in_atomic_block:
            self._run("SET LOCAL transaction_read_only = on", f"SET LOCAL statement_timeout = {self.milliseconds}")

    def end(self) -> None:
        if self.savepoint is not None:
            self.connection.savepoint_rollback(self.savepoint)
        elif (raw := self.connection.connection) is None or raw.closed:
            return
        elif self.connection.in_atomic_block or not raw.autocommit:
            # What the card left open is rolled back, and would take a RESET back with it.
            raw.close()
        else:
            self._run("RESET default_transaction_read_only", "RESET statement_timeout")

    def _run(self, *statements: str) -> None:
        with self.connection.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
