"""Which entities match, for one user."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from plugins.catalog.lists.wanted import FACETS, ME, SORTS, Wanted
from plugins.catalog.models import Entity, Tag
from plugins.catalog.people import references_of
from plugins.catalog.personal import Star
from plugins.catalog.visibility import visible_to

MAX_WORDS = 8
OWNED_KINDS = ("Component", "API", "Resource", "System", "Domain")


class Matching:
    """What the lists of one user hold, in no order but that of ``ordered``."""

    def __init__(self, user: Any) -> None:
        self._user = user

    @cached_property
    def mine(self) -> list[str]:
        """The references that make an entity the user's."""
        return references_of(self._user)

    @cached_property
    def starred(self) -> list[str]:
        """The references that the user starred."""
        return Star.refs_of(self._user)

    def ordered(self, wanted: Wanted) -> QuerySet[Entity]:
        """Everything that matches, in the order asked for."""
        return self.of(wanted).order_by(*_order(wanted.sort))

    def of(self, wanted: Wanted) -> QuerySet[Entity]:
        """Everything that matches."""
        entities = visible_to(self._user)
        match wanted.scope:
            case "owned":
                entities = entities.filter(owner_ref__in=self.mine)
            case "starred":
                entities = entities.filter(ref__in=self.starred)
        if wanted.kind:
            entities = entities.filter(kind=wanted.kind)
        if wanted.ownership:
            entities = owned_badly(entities, wanted.ownership)
        for word in wanted.text.split()[:MAX_WORDS]:
            entities = entities.filter(
                Q(name__icontains=word) | Q(title__icontains=word) | Q(description__icontains=word)
            )
        for name, values in wanted.facets.items():
            if name == "tag":
                # A subquery, so that an entity with two of the tags counts once.
                entities = entities.filter(pk__in=Tag.objects.filter(name__in=values).values("entity"))
            else:
                entities = entities.filter(**{f"{FACETS[name][1]}__in": self._meant(name, values)})
        return entities

    def _meant(self, name: str, values: Iterable[str]) -> list[str]:
        if name != "owner":
            return list(values)
        return [ref for value in values for ref in (self.mine if value == ME else [value])]


def _order(sort: str) -> list[str]:
    descending = "-" if sort.startswith("-") else ""
    column = SORTS[sort.removeprefix("-")]
    rest = [] if column == "sort_key" else ["sort_key"]
    return [f"{descending}{column}", *rest, f"{descending if not rest else ''}ref"]


def owned_badly(entities: QuerySet[Entity], ownership: str) -> QuerySet[Entity]:
    """Of the kinds that have an owner, those that name none ("none") or one that is no entity ("unknown")."""
    entities = entities.filter(kind__in=OWNED_KINDS)
    if ownership == "none":
        return entities.filter(owner_ref="")
    return entities.exclude(owner_ref="").exclude(owner_ref__in=Entity.objects.values("ref"))


def names_of(refs: Iterable[str], entities: QuerySet[Entity]) -> dict[str, str]:
    """The title, or else the name, of each of ``entities`` that is meant; others are not in the result."""
    rows = entities.filter(ref__in=set(refs)).values_list("ref", "title", "name")
    return {ref: title or name for ref, title, name in rows}
