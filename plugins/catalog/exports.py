"""The list as a file: every entity that matches, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from django.db.models import QuerySet

from plugins.catalog.models import Entity
from plugins.catalog.yaml_text import dump

A_CHUNK = 500
COLUMNS = ("ref", "kind", "namespace", "name", "title", "description", "type", "lifecycle", "owner_ref", "system_ref")
HEADER = ("reference", *COLUMNS[1:-2], "owner", "system", "tags", "updated")
FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "yaml": "application/yaml",
}
# What spreadsheets take for the start of a formula, as OWASP lists it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def export(entities: QuerySet[Entity], name: str) -> Iterator[str]:
    """The entities as text in one of FORMATS."""
    match name:
        case "csv":
            return _csv(entities)
        case "json":
            return _json(entities)
        case _:
            return _yaml(entities)


def _csv(entities: QuerySet[Entity]) -> Iterator[str]:
    """RFC 4180: CRLF after each row, quotes doubled; a cell that a spreadsheet would run begins with an apostrophe."""
    yield line(HEADER)
    for entity in entities.defer("data").prefetch_related("tags").iterator(chunk_size=A_CHUNK):
        tags = " ".join(sorted(tag.name for tag in entity.tags.all()))
        cells = [*(getattr(entity, column) for column in COLUMNS), tags, entity.updated_at.isoformat()]
        yield line([safe_cell(cell) for cell in cells])


def safe_cell(text: str) -> str:
    """The text, after an apostrophe when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def line(cells: Sequence[str]) -> str:
    """One row of CSV with its end."""
    row = StringIO(newline="")
    csv.writer(row, lineterminator="\r\n").writerow(cells)
    return row.getvalue()


def _json(entities: QuerySet[Entity]) -> Iterator[str]:
    before = "[\n"
    for data in _data(entities):
        yield before + data
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _yaml(entities: QuerySet[Entity]) -> Iterator[str]:
    for data in _data(entities):
        yield "---\n" + dump(json.loads(data))


def _data(entities: QuerySet[Entity]) -> Iterator[str]:
    return entities.values_list("data", flat=True).iterator(chunk_size=A_CHUNK)
