"""What an entity may hold once its placeholders are replaced, beyond what Backstage's rules say."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from plugins.catalog.validation import Rejected, Stage
from portal.api import yaml12

PathOf = tuple[str | int, ...]


def check_bounds(value: Any, path: PathOf = ()) -> None:
    """Raise Rejected for a number that JSON lacks, and for more levels than a document may have."""
    if isinstance(value, dict | list):
        if len(path) == yaml12.MAX_DEPTH:
            reason = f"Nested more than {yaml12.MAX_DEPTH} levels deep"
            raise Rejected(Stage.POLICY, reason, "Flatten it, or keep the data elsewhere.", path)
        items: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in items:
            if not isinstance(item, str):
                check_bounds(item, (*path, step))
    elif isinstance(value, int | float) and not _is_finite(value):
        fix = "Quote .inf, .nan and numbers of more than 308 digits when they are meant as text."
        raise Rejected(Stage.POLICY, "A number is infinite or not a number", fix, path)


def _is_finite(number: float) -> bool:
    """As JavaScript reads it, in which integers are not of any size."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def values_in(value: Any) -> int:
    """How many values there are, keys among them, as yaml12 counts them."""
    number, left = 0, [value]
    while left:
        one = left.pop()
        number += 1
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            number += len(one)
            left += one.values()
    return number
