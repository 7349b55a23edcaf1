"""The columns that the list can have beside the name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and the name of its sort, or "" when rows can't be sorted by it."""

    name: str
    label: str
    sort: str = ""


COLUMNS: Mapping[str, Column] = {
    one.name: one
    for one in (
        Column("lifecycle", "Lifecycle", "lifecycle"),
        Column("type", "Type", "type"),
        Column("owner", "Owner", "owner"),
        Column("system", "System", "system"),
        Column("tags", "Tags"),
        Column("namespace", "Namespace"),
        Column("created", "First read", "created"),
        Column("updated", "Updated", "updated"),
    )
}
DEFAULT = ("lifecycle", "type", "owner", "updated")
MANY = 4


def known(names: Iterable[str]) -> tuple[str, ...]:
    """The names that are columns, each once, in the order in which columns stand."""
    asked = set(names)
    return tuple(name for name in COLUMNS if name in asked)
