"""The catalog's own curve: pages, API, ingestion and memory at 1,000, 10,000 and 100,000 entities."""

from __future__ import annotations

import json

from benchmarks.report import Row, percentile
from benchmarks.search import database
from benchmarks.server import Installation, installation

TITLE = "the catalog at 1,000, 10,000 and 100,000 entities"
# Of 10 components come about 12 entities.
COMPONENTS = (820, 8_200, 82_000)
# Minutes on a quiet machine, for 100,000 entities and the pages; a busy one is no reason to give up.
INGESTED_WITHIN = 3600.0


def run(short: bool) -> list[Row]:
    """Ingest generated catalogs and open each page, on SQLite and, where a server answers, on PostgreSQL."""
    rows: list[Row] = []
    for components in COMPONENTS[:1] if short else COMPONENTS:
        with installation(bundled=True) as installed:
            rows += _rows("SQLite", components, installed)
        with database() as url:
            if url:
                with installation(bundled=True, DATABASE_URL=url) as installed:
                    rows += _rows("PostgreSQL", components, installed)
    return rows


def _rows(name: str, components: int, installed: Installation) -> list[Row]:
    folder = str(installed.folder / "entities")
    found = json.loads(
        installed.python("-m", "benchmarks.catalog_pages", str(components), folder, within=INGESTED_WITHIN)
    )
    where = f"{found['entities']:,} entities, {name}"
    rows = [
        Row(f"ingestion, {where}", found["ingestion"], "/s"),
        Row(f"unchanged refresh, {where}", found["unchanged refresh"], "/s"),
        Row(f"peak memory, {where}", found["peak"], "MB", note="of one process, ingestion included"),
    ]
    for page, taken in found["warm"].items():
        note = f"the first {found['first'][page]:.0f} ms, the first after a change {found['changed'][page]:.0f} ms"
        rows.append(Row(f"{page}, p50, {where}", percentile(taken, 0.5), "ms", note=note))
        rows.append(Row(f"{page}, p95, {where}", percentile(taken, 0.95), "ms"))
    return rows
