"""Which entities a user may see: the one decision behind pages, facets, cards and the API.

A reference is no secret: relations, problems and the JSON of what may be seen name what belongs to it. Titles and all
else are, with two exceptions. Search keeps one document of an entity for all who may see it, with the title of its
owner, so that people find what a team has by what they call the team: whoever hides groups or users from those who see
what they own has ``search.py`` take the names of references instead. And the admin site shows its tables as they are.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from plugins.catalog.models import Entity, Problem
from portal.api import has_permission


def visible_to(user: Any) -> QuerySet[Entity]:
    """The entities that ``user`` may see. Every query begins with it, so that what is hidden is hidden everywhere."""
    return Entity.objects.all() if has_permission(user, "catalog.read") else Entity.objects.none()


def problems_beside(visible: QuerySet[Entity]) -> QuerySet[Problem]:
    """The problems but for those of hidden entities: whoever sees ``visible`` may see these, listed and counted.

    One that says no reference, or that of no entity, is among them: it hides nothing that the catalog has.
    """
    same = {"ref": OuterRef("ref")}
    return Problem.objects.filter(Exists(visible.filter(**same)) | ~Exists(Entity.objects.filter(**same)))
