"""The catalog over HTTP, in Backstage's shapes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from plugins.catalog.filters import FilterError, matching
from plugins.catalog.models import Entity, Relation
from plugins.catalog.refs import EntityRef
from portal.plugin import requires

router = Router(tags=["Catalog"])


class RelationOut(Schema):
    """One relation of an entity."""

    type: str
    targetRef: str


class EntityOut(Schema):
    """An entity as Backstage gives it; ``metadata`` and ``spec`` are those of its file."""

    model_config = ConfigDict(extra="allow")

    apiVersion: str
    kind: str
    metadata: dict[str, Any]
    spec: dict[str, Any] | None = None
    relations: list[RelationOut]


class Page(Schema):
    """Which entities, and how many of them."""

    filter: list[str] = Field(
        default=[],
        description="key=value pairs joined by commas must all hold; of several filters one must. "
        "A key alone asks for presence.",
    )
    limit: int = Field(default=200, ge=1, le=1000)
    offset: int = Field(default=0, ge=0)


@router.get("/entities", response=list[EntityOut], exclude_none=True)
@requires("catalog.read")
def list_entities(request: HttpRequest, page: Annotated[Page, Query()]) -> list[dict[str, Any]]:
    """List entities in the order of their references."""
    try:
        found = matching(page.filter)
    except FilterError as error:
        raise HttpError(400, str(error)) from None
    return _shown(found.order_by("ref")[page.offset : page.offset + page.limit])


@router.get("/entities/by-name/{kind}/{namespace}/{name}", response=EntityOut, exclude_none=True)
@requires("catalog.read")
def read_entity(request: HttpRequest, kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Return one entity."""
    ref = str(EntityRef(kind, namespace, name))
    found = _shown(Entity.objects.filter(ref=ref)) if ref.isprintable() else []
    if not found:
        raise HttpError(404, f"No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'")
    return found[0]


def _shown(entities: Iterable[Entity]) -> list[dict[str, Any]]:
    entities = list(entities)
    relations: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    stated = Relation.objects.filter(source_ref__in=[entity.ref for entity in entities])
    for source, type_, target in (
        stated.values_list("source_ref", "type", "target_ref").distinct().order_by("source_ref", "type", "target_ref")
    ):
        relations[source].append({"type": type_, "targetRef": target})
    return [_one(entity, relations[entity.ref]) for entity in entities]


def _one(entity: Entity, relations: list[dict[str, str]]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(entity.data)
    data["metadata"] |= {"uid": entity.uid, "etag": entity.digest[:40]}
    return data | {"relations": relations}
