"""Whose a problem is when no document says it: the owner of all that its file or location brought before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from plugins.catalog.ingestion.batches import batches
from plugins.catalog.ingestion.documents import FoundProblem
from plugins.catalog.ingestion.search_rows import storable
from plugins.catalog.models import Entity


def with_owners(found: Iterable[FoundProblem]) -> list[FoundProblem]:
    """The problems; those with neither reference nor owner have the one that the stored entities have in common."""
    problems = list(found)
    places = {number: _place(one) for number, one in enumerate(problems) if not (one.ref or one.owner_ref)}
    of_file = _owners("file", {file for file, _ in places.values()})
    of_origin = _owners("origin", {origin for file, origin in places.values() if origin and file not in of_file})
    for number, (file, origin) in places.items():
        owners = of_file.get(file) or of_origin.get(origin, set())
        if len(owners) == 1:
            problems[number] = replace(problems[number], owner_ref=next(iter(owners)))
    return problems


def _place(problem: FoundProblem) -> tuple[str, str]:
    """File and origin as entities have them."""
    return storable(problem.file), storable(problem.origin)


def _owners(column: str, values: set[str]) -> dict[str, set[str]]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for batch in batches(sorted(values)):
        rows = Entity.objects.filter(**{f"{column}__in": batch}).exclude(owner_ref="")
        for value, owner in rows.values_list(column, "owner_ref").distinct():
            owners[value].add(owner)
    return dict(owners)
