"""Everything the page of one entity shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Q, QuerySet
from django.utils.html import linebreaks
from django.utils.safestring import SafeString

from plugins.catalog import kinds, links
from plugins.catalog.ancestry import lineage
from plugins.catalog.completeness import Missing, missing
from plugins.catalog.ingestion import generated, orphanage
from plugins.catalog.ingestion.documents import LOCATION_ANNOTATIONS, ORIGIN_KEY
from plugins.catalog.ingestion.stitching import stated
from plugins.catalog.models import DiscoveredLocation, Entity, Problem, Refresh, RegisteredLocation, Relation, SearchRow
from plugins.catalog.queries.counting import Counts
from plugins.catalog.validation import Stage
from plugins.catalog.visibility import problems_beside
from plugins.catalog.yaml_text import dump
from portal.api import config, markdown

SHOWN = 20
MAX_MARKDOWN = 5_000

RELATIONS: Mapping[str, str] = {
    "ownedBy": "Owned by",
    "partOf": "Part of",
    "hasPart": "Parts",
    "providesApi": "Provides APIs",
    "consumesApi": "Consumes APIs",
    "apiProvidedBy": "Provided by",
    "apiConsumedBy": "Consumed by",
    "dependsOn": "Depends on",
    "dependencyOf": "Needed by",
    "childOf": "Belongs to",
    "parentOf": "Groups in it",
    "memberOf": "Member of",
    "hasMember": "Members",
    "ownerOf": "Owns",
}


@dataclass(frozen=True, slots=True)
class Target:
    """The other end of a relation; ``entity`` is None when the catalog does not have it, or not for this user."""

    ref: str
    entity: Entity | None


@dataclass(frozen=True, slots=True)
class Related:
    """The relations of one type, the first of them as targets."""

    type: str
    label: str
    count: int
    targets: tuple[Target, ...]

    @property
    def hidden(self) -> int:
        """How many are not among the targets."""
        return self.count - len(self.targets)


class Details:
    """One entity and what hangs on it, each part read when it is first asked for."""

    def __init__(self, entity: Entity, visible: QuerySet[Entity]) -> None:
        self.entity = entity
        self._visible = visible

    @cached_property
    def data(self) -> dict[str, Any]:
        """The entity as it was read."""
        return stated(json.loads(self.entity.data))

    @property
    def kind(self) -> kinds.Kind:
        """The words and the icon of its kind."""
        return kinds.of(self.entity.kind)

    @property
    def metadata(self) -> dict[str, Any]:
        """Name, description, tags and so on."""
        found: dict[str, Any] = self.data["metadata"]
        return found

    @property
    def description(self) -> SafeString:
        """The description as HTML; one that is too long to be read as Markdown as it was written."""
        text = self.entity.description
        return linebreaks(text, autoescape=True) if len(text) > MAX_MARKDOWN else markdown.to_html(text, top=3)

    @property
    def links(self) -> list[dict[str, str]]:
        """The links of the entity; one that must not be followed has an empty ``href``."""
        return [
            {
                "href": links.safe(link["url"]),
                "url": link["url"],
                "title": link.get("title") or link["url"],
                "icon": link.get("icon", ""),
            }
            for link in self.metadata.get("links", ())
        ]

    @property
    def on_call(self) -> dict[str, str] | None:
        """Where to see who is on call: by the annotation of a service that is configured, or by a link that says so."""
        bases = config.of("catalog").on_call
        annotations = self.metadata.get("annotations", {})
        for annotation, base in (("pagerduty.com/service-id", bases.pagerduty), ("opsgenie.com/team", bases.opsgenie)):
            if base and annotations.get(annotation):
                return {"href": f"{base.rstrip('/')}/{quote(annotations[annotation], safe='')}", "title": "On call"}
        stated = zip(self.metadata.get("links", ()), self.links, strict=True)
        return next((shown for link, shown in stated if shown["href"] and _is_on_call(link)), None)

    @property
    def missing_annotations(self) -> list[Missing]:
        """What a component is better with and lacks; nothing of an orphan, which has no file to write it in."""
        if self.is_orphan:
            return []
        return missing(self.entity.kind, self.entity.name, self.metadata.get("annotations", {}))

    @property
    def annotations(self) -> list[tuple[str, str]]:
        """Key and value, by key, without those that say what the source says."""
        found: dict[str, str] = self.metadata.get("annotations", {})
        return sorted((key, value) for key, value in found.items() if key not in LOCATION_ANNOTATIONS)

    @property
    def profile(self) -> dict[str, Any]:
        """The profile of a group or user."""
        found: dict[str, Any] = (self.data.get("spec") or {}).get("profile") or {}
        return found

    @property
    def definition(self) -> str:
        """The definition of an API, or ""."""
        found = (self.data.get("spec") or {}).get("definition")
        return found if isinstance(found, str) else ""

    @cached_property
    def relations(self) -> list[Related]:
        """What it is related to, by type in a fixed order; the owner and other facts are among it."""
        stated = Relation.objects.filter(source_ref=self.entity.ref)
        counts = dict(stated.values_list("type").annotate(Count("target_ref", distinct=True)))
        found = {
            type_: list(
                stated.filter(type=type_).order_by("target_ref").values_list("target_ref", flat=True).distinct()[:SHOWN]
            )
            for type_ in sorted(
                counts, key=lambda one: list(RELATIONS).index(one) if one in RELATIONS else len(RELATIONS)
            )
        }
        refs = {ref for targets in found.values() for ref in targets}
        entities = {one.ref: one for one in self._visible.filter(ref__in=refs).defer("data", "description")}
        return [
            Related(
                type_,
                RELATIONS.get(type_, type_),
                counts[type_],
                tuple(Target(ref, entities.get(ref)) for ref in targets),
            )
            for type_, targets in found.items()
        ]

    def related(self, type_: str) -> list[str]:
        """The references of all that it is related to by one type of relation."""
        rows = Relation.objects.filter(source_ref=self.entity.ref, type=type_).order_by("target_ref")
        return list(rows.values_list("target_ref", flat=True).distinct())

    @cached_property
    def owner(self) -> Target | None:
        """Who owns it."""
        return self._first("ownedBy", "")

    @cached_property
    def system(self) -> Target | None:
        """The system it is part of."""
        return self._first("partOf", "system:")

    @cached_property
    def domain(self) -> Target | None:
        """The domain it is part of, by itself or through its system."""
        own = self._first("partOf", "domain:")
        if own or not self.system:
            return own
        ref = (
            Relation.objects.filter(source_ref=self.system.ref, type="partOf", target_ref__startswith="domain:")
            .values_list("target_ref", flat=True)
            .first()
        )
        return Target(ref, self._visible.filter(ref=ref).defer("data").first()) if ref else None

    @cached_property
    def problems(self) -> list[Problem]:
        """Documents that claim this reference and were rejected, and what keeps its whole file from being read."""
        unreadable = Q(file=self.entity.file, stage__in=(Stage.PARSE, Stage.READ))
        return list(problems_beside(self._visible).filter(Q(ref=self.entity.ref) | unreadable))

    @property
    def is_generated(self) -> bool:
        """Whether it is a location that no document says, so that nothing of it can be edited."""
        return self.entity.ref.startswith(generated.REFS)

    @property
    def is_orphan(self) -> bool:
        """Whether it is kept although nothing that the catalog reads holds it any more."""
        return self.metadata.get("annotations", {}).get(orphanage.ANNOTATION) == "true"

    @property
    def place(self) -> str:
        """The file and the line that say it, the file alone that said it once, or what has it instead."""
        if self.entity.file:
            return self.entity.file if self.is_orphan else f"{self.entity.file}:{self.entity.line}"
        if RegisteredLocation.objects.filter(entity_ref=self.entity.ref).exists():
            return "registered locations"
        target = self.entity.origin.partition(":")[2]
        provider = DiscoveredLocation.objects.filter(target=target).values_list("provider", flat=True).first()
        return provider or "app-config.yaml"

    @cached_property
    def brought(self) -> Related | None:
        """Of a location that is configured, discovered or registered what came from it, by name."""
        if not self.is_generated or self.entity.file:
            return None
        found, counts = self.all_brought, Counts()
        keys = counts.keys(found[:SHOWN])
        shown = self._visible.defer("data", "description").in_bulk(keys)
        targets = tuple(Target(shown[key].ref, shown[key]) for key in keys if key in shown)
        return Related("brought", "What it brought", counts.number(found), targets)

    @property
    def all_brought(self) -> QuerySet[Entity]:
        """Everything that came from the location that it stands for."""
        rows = SearchRow.objects.filter(key=ORIGIN_KEY, value=self.entity.origin.lower()).values("entity")
        return self._visible.filter(pk__in=rows).exclude(pk=self.entity.pk).order_by("sort_key", "ref")

    @cached_property
    def ancestors(self) -> list[Entity]:
        """The location entities that led to it, from the one that is configured to the one that named its file."""
        return list(lineage(self.entity, self._visible))[:0:-1]

    @property
    def provider(self) -> str:
        """The provider that gave it, or "" when it was read from a location."""
        type_, _, name = self.entity.origin.partition(":")
        return name if type_ == "provider" else ""

    @cached_property
    def refreshed_at(self) -> Any:
        """When the catalog last read its files."""
        return Refresh.objects.filter(pk=1).values_list("finished_at", flat=True).first()

    def as_yaml(self) -> str:
        """The entity as YAML, its keys in the order of its file."""
        return dump(self.data)

    def as_json(self) -> str:
        """The entity as indented JSON."""
        return json.dumps(self.data, indent=2, ensure_ascii=False)

    def _first(self, type_: str, prefix: str) -> Target | None:
        for related in self.relations:
            if related.type == type_:
                return next((target for target in related.targets if target.ref.startswith(prefix)), None)
        return None


def _is_on_call(link: dict[str, str]) -> bool:
    return any(link.get(key, "").lower().replace("-", "").replace(" ", "") == "oncall" for key in ("icon", "type"))
