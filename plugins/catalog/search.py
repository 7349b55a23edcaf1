"""What of the catalog can be found: every entity but locations; teams and people are types of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from plugins.catalog import kinds, links
from plugins.catalog.detail import MAX_MARKDOWN
from plugins.catalog.lists.matching import names_of
from plugins.catalog.models import Entity, SearchRow, Tag
from plugins.catalog.refs import parse
from plugins.catalog.visibility import visible_to
from portal.api import SearchDocument, SearchType, markdown

CHUNK = 500
API_TYPE = "software-catalog"

TYPES = {
    "component": SearchType("Components", "box", order=10, api_type=API_TYPE),
    "api": SearchType("APIs", "plug", order=20, api_type=API_TYPE),
    "system": SearchType("Systems", "boxes", order=30, api_type=API_TYPE),
    "domain": SearchType("Domains", "layers", order=40, api_type=API_TYPE),
    "resource": SearchType("Resources", "database", order=50, api_type=API_TYPE),
    "team": SearchType("Teams", "users", order=60, api_type=API_TYPE),
    "person": SearchType("People", "user", order=70, api_type=API_TYPE),
    "template": SearchType("Templates", "layout-template", order=80, api_type=API_TYPE),
    "entity": SearchType("Other entities", "circle", order=90, api_type=API_TYPE),
}
# What is read of the rows by path that each entity has.
_OWNER, *_PROFILE = _PATHS = ("spec.owner", "spec.profile.displayname", "spec.profile.email")
_TYPES = {
    "Component": "component",
    "API": "api",
    "System": "system",
    "Domain": "domain",
    "Resource": "resource",
    "Group": "team",
    "User": "person",
    "Template": "template",
}


def documents(refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """Give the entities, or those of ``refs``, in the order of their keys and never all at once."""
    found = Entity.objects.exclude(kind="Location").defer("data").order_by("pk")
    if refs is not None:
        found = found.filter(ref__in=list(refs))
    last = 0
    while chunk := list(found.filter(pk__gt=last)[:CHUNK]):
        yield from _documents(chunk)
        last = chunk[-1].pk


def visible(user: Any) -> QuerySet[Entity, str]:
    """The refs of the entities that ``user`` may see."""
    return visible_to(user).values_list("ref", flat=True)


def _documents(entities: list[Entity]) -> Iterator[SearchDocument]:
    # The same for all who find what is owned, as visibility.py says.
    owners = names_of((one.owner_ref for one in entities if one.owner_ref), Entity.objects.all())
    tags: dict[int, list[str]] = {}
    for entity, name in Tag.objects.filter(entity__in=entities).values_list("entity", "name").order_by("name"):
        tags.setdefault(entity, []).append(name)
    values = _values(entities)
    for one in entities:
        # As Backstage's own documents of entities have them, and our reference.
        fields = {
            "kind": one.kind,
            "namespace": one.namespace,
            "name": one.name,
            "type": one.type or "other",
            "componentType": one.type or "other",
            "lifecycle": one.lifecycle,
            "owner": values.get((one.pk, _OWNER), ""),
            "entityRef": one.ref,
        }
        profile = (values.get((one.pk, path), "") for path in _PROFILE)
        yield SearchDocument(
            ref=one.ref,
            type=_TYPES.get(one.kind, "entity"),
            title=one.title.strip() or one.name,
            name=one.name,
            url=links.page_of(one.ref),
            text=_plain(one.description),
            keywords=(*tags.get(one.pk, ()), *profile, one.ref, one.type, one.lifecycle, kinds.of(one.kind).one),
            owner=owners.get(one.owner_ref) or (parse(one.owner_ref).name if one.owner_ref else ""),
            permission="catalog.read",
            weight=_weight(one.kind),
            fields=fields,
        )


def _plain(text: str) -> str:
    return text if len(text) > MAX_MARKDOWN else markdown.to_text(text)


def _values(entities: list[Entity]) -> dict[tuple[int, str], str]:
    """Of each entity and path the text that its file has there, where it has one."""
    # Paths are in lower case. Asked for as they are, all rows with such a path would be gone through each time.
    rows = SearchRow.objects.alias(path=Lower("key")).filter(entity__in=entities, path__in=_PATHS, is_first=True)
    return {
        (entity, key): value if original is None else original
        for entity, key, value, original in rows.values_list("entity", "key", "value", "original")
        if value is not None
    }


def _weight(kind: str) -> int:
    """Of things that match equally well, what people most often look for comes first."""
    return {"Component": 6, "API": 5, "System": 4, "Domain": 3, "Group": 3, "Resource": 2, "User": 2}.get(kind, 1)
