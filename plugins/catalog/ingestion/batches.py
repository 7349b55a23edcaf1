"""What is stored together, and held in memory until then: a few hundred at most, and of large ones fewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

BATCH = 500
# A definition may have several million; a few copies of each are made on the way.
MOST_CHARACTERS = 8_000_000

T = TypeVar("T")


def batches(items: Iterable[T], size: Callable[[T], int] = lambda _: 0) -> Iterator[list[T]]:
    """Give ``items`` in lists of at most BATCH, each ended by the item with which its sizes reach MOST_CHARACTERS."""
    batch: list[T] = []
    held = 0
    for item in items:
        batch.append(item)
        held += size(item)
        if len(batch) >= BATCH or held >= MOST_CHARACTERS:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
