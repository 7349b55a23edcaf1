"""What the argument of the catalog's slots means."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from plugins.catalog.models import Entity
from plugins.catalog.visibility import visible_to


def entity(user: Any, value: str) -> Entity:
    """The entity with the canonical reference ``value``, if ``user`` may see it. Raises Http404."""
    found = None
    if value.isprintable():
        found = visible_to(user).filter(ref=value.lower()).first()
    if found is None:
        raise Http404("There is no such entity.")
    return found
