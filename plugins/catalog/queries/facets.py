"""How many entities have which value under a key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from plugins.catalog.queries.conditions import ROWS, searched
from plugins.catalog.queries.selection import COUNTED, Selection, rows_for

Counts = tuple[tuple[str, int], ...]


def facets(selection: Selection, names: Sequence[str], token: str) -> dict[str, Counts]:
    """For each name its values, in their own case and in order, with the number of entities that have them."""
    keys = tuple(sorted({searched(name) for name in names}))
    found = _facets(token, selection, keys)
    return {name: found.get(searched(name), ()) for name in names}


@lru_cache(maxsize=256)
def _facets(token: str, selection: Selection, keys: tuple[str, ...]) -> dict[str, Counts]:
    """One statement for all keys, kept until the catalog changes."""
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
    found: dict[str, list[tuple[str, int]]] = {}
    for key, value, number in rows_for(text, (*params, *keys, *where.params)):
        found.setdefault(key, []).append((value, number))
    return {key: tuple(counts) for key, counts in found.items()}
