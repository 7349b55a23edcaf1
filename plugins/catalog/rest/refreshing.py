"""POST /refresh: the file of one entity, read again."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.errors import HttpError

from plugins.catalog.refresh import refresh_soon, source_of
from plugins.catalog.rest.parameters import Body
from plugins.catalog.visibility import visible_to


def refresh_entity(request: HttpRequest) -> None:
    """Have the entity's file read again: by a worker or, without one, before the answer. Raises HttpError."""
    body = Body.of(request)
    ref = body.text("entityRef", required=True) or ""
    body.only("entityRef", "authorizationToken")
    lowered = ref.lower()
    entity = (
        visible_to(request.user).filter(ref=lowered).only("ref", "file", "origin").first()
        if lowered.isprintable()
        else None
    )
    if entity is None:
        raise HttpError(404, f"Failed to schedule {ref} for refresh")
    refresh_soon(**source_of(entity))
