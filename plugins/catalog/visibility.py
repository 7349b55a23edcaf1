"""Which entities a user may see: the one decision behind pages, facets, cards and the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from plugins.catalog.models import Entity
from portal.api import has_permission


def visible_to(user: Any) -> QuerySet[Entity]:
    """The entities that ``user`` may see. Every query begins with it, so that what is hidden is hidden everywhere."""
    return Entity.objects.all() if has_permission(user, "catalog.read") else Entity.objects.none()
