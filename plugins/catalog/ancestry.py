"""What led to an entity: the location entity that named its file, what named that, up to what is configured."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from plugins.catalog.models import Entity


def lineage(entity: Entity, visible: QuerySet[Entity]) -> Iterator[Entity]:
    """The entity, its parent and so on, as far as they are visible; Backstage's ancestry with one parent each."""
    seen: set[str] = set()
    found: Entity | None = entity
    while found is not None and found.ref not in seen:
        yield found
        seen.add(found.ref)
        found = visible.filter(ref=found.parent_ref).first() if found.parent_ref else None
