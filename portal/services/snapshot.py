"""A value of the database that a process reads again at most twice a second, however many requests ask for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

from django.db import transaction

Value = TypeVar("Value")


class Snapshot(Generic[Value]):
    """Keeps what ``read(last)`` returned for ``seconds``; ``last`` is the value before, or None when there is none.

    One thread at a time reads while others go on with the last value. What ``read`` raises, the asker gets.
    """

    seconds: ClassVar[float] = 0.5
    _all: ClassVar[WeakSet[Snapshot[Any]]] = WeakSet()

    def __init__(self, read: Callable[[Value | None], Value]) -> None:
        self._read = read
        self._kept: tuple[float, Value] | None = None
        self._times_forgotten = 0
        self._lock = Lock()
        self._all.add(self)

    def get(self) -> Value:
        """Return the value, at most ``seconds`` old unless another thread is reading it at this moment."""
        kept = self._kept
        if kept and self._is_fresh(kept):
            return kept[1]
        if not self._lock.acquire(blocking=kept is None) and kept:
            return kept[1]
        try:
            kept, times_forgotten = self._kept, self._times_forgotten
            if kept and self._is_fresh(kept):
                return kept[1]
            read = (time.monotonic(), self._read(kept and kept[1]))
            # What was forgotten meanwhile may have been read before the change.
            if times_forgotten == self._times_forgotten:
                self._kept = read
            return read[1]
        finally:
            self._lock.release()

    def peek(self) -> Value | None:
        """Return the value if it is at most ``seconds`` old, and None when it had to be read."""
        kept = self._kept
        return kept[1] if kept and self._is_fresh(kept) else None

    def _is_fresh(self, kept: tuple[float, Value]) -> bool:
        return time.monotonic() - kept[0] < self.seconds

    def forget(self, **kwargs: Any) -> None:
        """Read it anew at the next question. A signal receiver, hence the keywords."""
        self._times_forgotten += 1
        self._kept = None

    def forget_with_commit(self, **kwargs: Any) -> None:
        """Forget now, for this transaction, and again when it is committed: others may have read in between."""
        self.forget()
        transaction.on_commit(self.forget)

    @classmethod
    def forget_all(cls) -> None:
        """Forget every snapshot of the process."""
        for one in cls._all:
            one.forget()
