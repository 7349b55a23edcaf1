"""Of several documents with one reference, which is the entity: the one that was, while its source still has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plugins.catalog.ingestion.batches import batches
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem
from plugins.catalog.ingestion.following import Walk
from plugins.catalog.ingestion.stored import Stored
from plugins.catalog.ingestion.summary import Scope
from plugins.catalog.models import Entity
from plugins.catalog.validation import Stage


def first(
    found: Iterable[FoundEntity | FoundProblem], walk: Walk, stored: Stored
) -> Iterator[FoundEntity | FoundProblem]:
    """What is found; last what has the reference of an entity that comes from another source, if that is read, too."""
    rivals: list[tuple[FoundEntity, str]] = []
    broken: set[str] = set()
    for item in found:
        if isinstance(item, FoundProblem):
            broken |= {item.file} if item.stage in (Stage.PARSE, Stage.READ) else set()
            yield item
            continue
        place = (item.file, item.origin)
        file, _ = holder = stored.places.get(item.ref, place)
        if holder != place and not item.is_generated and walk.comes_upon(file):
            rivals.append((item, file))
        else:
            yield item
    # What can't be read now keeps what it brought.
    yield from (duplicate(item, place_of(item.ref)) if file in broken else item for item, file in rivals)


def not_elsewhere(
    found: Iterable[FoundEntity | FoundProblem], problems: list[FoundProblem], scope: Scope
) -> Iterator[FoundEntity | FoundProblem]:
    """What is found but for references that another source has already; those are noted in ``problems``."""
    for batch in batches(found, lambda item: len(item.json) if isinstance(item, FoundEntity) else 0):
        refs = [item.ref for item in batch if isinstance(item, FoundEntity)]
        stored = Entity.objects.filter(ref__in=refs).values_list("ref", "file", "line", "origin")
        others = {ref: (file, line, origin) for ref, file, line, origin in stored}
        for item in batch:
            file, line, origin = others.get(item.ref, (scope.file, 0, scope.origin))
            inside = file == scope.file if scope.file else origin == scope.origin
            if inside or not isinstance(item, FoundEntity):
                yield item
            elif file != item.file and not item.is_generated:
                problems.append(duplicate(item, f"{file} line {line}"))


def place_of(ref: str) -> str:
    """Where the entity of a reference stands, in words."""
    place = Entity.objects.filter(ref=ref).values_list("file", "line").first()
    return f"{place[0]} line {place[1]}" if place else "another file"


def duplicate(found: FoundEntity, first: str) -> FoundProblem:
    return FoundProblem(
        found.file,
        found.document,
        found.position,
        Stage.DUPLICATE,
        f"{found.ref} is already defined in {first}",
        "Give one of the two another name or namespace, or remove one.",
        found.ref,
        next((r.target for r in found.relations if r.source == found.ref and r.type == "ownedBy"), ""),
        found.origin,
    )
