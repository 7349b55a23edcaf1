"""What one ingestion answers for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from plugins.catalog.models import Entity, Problem

M = TypeVar("M", Entity, Problem)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an ingestion brings in line: one file as entities name it, one location by type and target, or all."""

    file: str = ""
    origin: str = ""

    def of(self, model: type[M]) -> QuerySet[M]:
        """The rows that the ingestion answers for."""
        rows = model._default_manager.all()
        if self.file:
            return rows.filter(file=self.file)
        return rows.filter(origin=self.origin) if self.origin else rows

    @property
    def is_all(self) -> bool:
        """Say whether nothing is left out."""
        return not (self.file or self.origin)


@dataclass(slots=True)
class Summary:
    """What an ingestion did; the first four count entities that somebody stated, so not those of locations."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: int = 0
    files: int = 0
    seconds: float = 0.0

    @property
    def entities(self) -> int:
        """How many entities were found."""
        return self.added + self.changed + self.unchanged

    def __str__(self) -> str:
        problems = "1 problem" if self.problems == 1 else f"{self.problems} problems"
        return (
            f"Read {self.files} files in {self.seconds:.1f} s: {self.added} entities added, {self.changed} changed, "
            f"{self.unchanged} unchanged, {self.removed} removed, {problems}."
        )
