"""POST /refresh: the file of one entity, read again."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.errors import HttpError

from plugins.catalog.refresh import refresh
from plugins.catalog.rest.parameters import Body
from plugins.catalog.visibility import visible_to


def refresh_entity(request: HttpRequest) -> None:
    """Bring what the entity's file holds up to date before the answer. Raises HttpError."""
    ref = Body.of(request).text("entityRef", required=True) or ""
    lowered = ref.lower()
    entity = visible_to(request.user).filter(ref=lowered).only("file").first() if lowered.isprintable() else None
    if entity is None:
        raise HttpError(404, f"Failed to schedule {ref} for refresh")
    refresh(entity.file)
