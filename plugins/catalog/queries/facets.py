"""How many entities have which value under a key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from plugins.catalog.queries.conditions import ROWS, Sql, searched
from plugins.catalog.queries.selection import COUNTED, Selection, may_be_kept, rows_for

MOST_KEPT = 500

Counts = tuple[tuple[str, int], ...]


def facets(selection: Selection, names: Sequence[str], token: str) -> dict[str, Counts]:
    """For each name its values, in their own case and in order, with the number of entities that have them."""
    keys = tuple(sorted({searched(name) for name in names}))
    statement = _statement(selection, keys, token)
    kept = _kept(token, statement) if may_be_kept(statement.text, statement.params) else []
    if kept:
        found = kept[0]
    else:
        found = _counted(statement)
        # Some hundred answers of thousands of values would fill the memory.
        if sum(map(len, found.values())) <= MOST_KEPT:
            kept.append(found)
    return {name: found.get(searched(name), ()) for name in names}


@lru_cache(maxsize=256)
def _kept(token: str, statement: Sql) -> list[dict[str, Counts]]:
    """Where the answer of a statement is kept until the catalog changes."""
    return []


def _statement(selection: Selection, keys: tuple[str, ...], token: str) -> Sql:
    """One statement for all keys."""
    source, params = f"{ROWS} v", ()
    where = selection.where("v.entity_id", "v")
    driver = selection.driver(token, COUNTED - 1)
    if driver is not None:
        start = driver.where("d")
        source = f"(SELECT DISTINCT d.entity_id FROM {ROWS} d WHERE {start.text}) m CROSS JOIN {ROWS} v"  # noqa: S608 - constants
        params = start.params
        where = selection.where("v.entity_id", "v", besides=driver)
    link = " AND v.entity_id = m.entity_id" if driver else ""
    marks = ", ".join(["%s"] * len(keys))
    text = (
        f"SELECT v.key, COALESCE(v.original, v.value) AS shown, COUNT(*) FROM {source} "  # noqa: S608 - constants
        f"WHERE v.key IN ({marks}) AND v.value IS NOT NULL{link}{where.text} GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return Sql(text, (*params, *keys, *where.params))


def _counted(statement: Sql) -> dict[str, Counts]:
    found: dict[str, list[tuple[str, int]]] = {}
    for key, value, number in rows_for(statement.text, statement.params):
        found.setdefault(key, []).append((value, number))
    return {key: tuple(counts) for key, counts in found.items()}
