"""Location entities that no file holds: one for each location that is configured, registered or named by another.

Backstage's locationSpecToLocationEntity. They are what the ancestry of an entity leads to.
"""

from __future__ import annotations

import hashlib
from typing import Any

from plugins.catalog.ingestion.documents import LOCATION_ANNOTATIONS, START, FoundEntity, Target, pages_of
from plugins.catalog.ingestion.pages import annotations_of, without_scripts
from plugins.catalog.ingestion.sources import Origin, Source
from plugins.catalog.ingestion.stitching import as_json
from plugins.catalog.reading.integrations import Integrations
from plugins.catalog.refs import DEFAULT_NAMESPACE, EntityRef, of_entity

_PREFIX = "generated-"
REFS = f"location:{DEFAULT_NAMESPACE}/{_PREFIX}"  # what the references of all of them begin with


def ref_of(type_: str, target: str) -> str:
    """The reference of the entity of a location."""
    return str(EntityRef("location", DEFAULT_NAMESPACE, _name(type_, target)))


def of_origin(origin: Origin, integrations: Integrations) -> FoundEntity:
    """The entity of a location that is configured, discovered or registered; no file holds it."""
    pages = annotations_of(origin.target, integrations) if origin.type == "url" else {}
    entity = _entity(origin.type, origin.target, origin.optional, origin.ref, origin.ref, pages)
    return _found(entity, origin)


def of_target(target: Target, resolved: str, ref: str, document: int, source: Source, origin: Origin) -> FoundEntity:
    """The entity of what the location entity ``ref`` names in a source; it goes with it."""
    type_ = target.type or source.type
    entity = _entity(type_, resolved, target.optional, f"{source.type}:{source.name}", origin.ref, pages_of(source))
    return _found(entity, origin, source.name, document, target, ref)


def _found(
    entity: dict[str, Any],
    origin: Origin,
    file: str = "",
    document: int = 0,
    target: Target | None = None,
    parent: str = "",
) -> FoundEntity:
    ref = str(of_entity(entity))
    position = target.position if target else START
    return FoundEntity(
        ref, entity, as_json(entity), (), file, document, position, origin.ref, parent=parent, is_generated=True
    )


def _entity(
    type_: str, target: str, optional: bool, by: str, originally_by: str, pages: dict[str, str]
) -> dict[str, Any]:
    annotations = pages | dict(zip(LOCATION_ANNOTATIONS, (by, originally_by), strict=True))
    metadata = {"namespace": DEFAULT_NAMESPACE, "annotations": annotations, "name": _name(type_, target)}
    spec = {"type": type_, "target": target} | ({"presence": "optional"} if optional else {})
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": without_scripts(metadata),
        "spec": spec,
    }


def _name(type_: str, target: str) -> str:
    text = f"{type_}:{target}".encode("utf-8", "surrogatepass")
    return f"{_PREFIX}{hashlib.sha1(text, usedforsecurity=False).hexdigest()}"
