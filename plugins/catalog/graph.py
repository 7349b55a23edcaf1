"""The entities around one entity: what needs it, to be drawn at its left, and what it needs, at its right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from plugins.catalog.drawing import Graph, drawn
from plugins.catalog.models import Entity, Relation

MAX_NODES = 60
MAX_DEPTH = 3

OUT, IN, BOTH = "out", "in", "both"
DIRECTIONS: Mapping[str, str] = {BOTH: "Both directions", OUT: "What it needs", IN: "What needs it"}

INVERSES: Mapping[str, str] = {
    "dependsOn": "dependencyOf",
    "consumesApi": "apiConsumedBy",
    "providesApi": "apiProvidedBy",
    "partOf": "hasPart",
    "ownedBy": "ownerOf",
    "childOf": "parentOf",
    "memberOf": "hasMember",
}
_FORWARD = {inverse: type_ for type_, inverse in INVERSES.items()}
# An API needs who provides it, not the other way round: so whoever consumes it needs them, too.
_NEEDED_BY_TARGET = ("providesApi",)
_OF_PEOPLE = ("childOf", "memberOf")
_OF_SOFTWARE = ("dependsOn", "consumesApi", "providesApi", "partOf")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; anything else in it is left out."""

    depth: int
    direction: str
    relations: tuple[str, ...]

    @classmethod
    def from_query(cls, query: Mapping[str, str], relations: Iterable[str], kind: str) -> Wanted:
        """Read depth and direction from ``query``; ``relations`` that are unknown leave those usual for the kind."""
        depth = query.get("depth", "")
        direction = query.get("direction", "")
        usual = _OF_PEOPLE if kind in ("Group", "User") else _OF_SOFTWARE
        return cls(
            int(depth) if depth in ("1", "2", "3") else 1,
            direction if direction in DIRECTIONS else BOTH,
            tuple(type_ for type_ in INVERSES if type_ in set(relations)) or usual,
        )

    def types(self, direction: str) -> list[str]:
        """The types of relations that lead from an entity to what it needs (OUT) or to what needs it (IN)."""
        return [
            type_ if (direction == OUT) != (type_ in _NEEDED_BY_TARGET) else INVERSES[type_] for type_ in self.relations
        ]


@dataclass(slots=True)
class _Walk:
    """One direction: where it is, and where it has been, which says nothing about the other one."""

    step: int
    types: list[str]
    frontier: list[str]
    visited: set[str]


def around(entity: Entity, visible: QuerySet[Entity], wanted: Wanted) -> Graph:
    """Walk from ``entity`` along relations, only through entities among ``visible``, at most MAX_NODES in all."""
    columns: dict[str, int] = {entity.ref: 0}
    entities: dict[str, Entity] = {entity.ref: entity}
    edges: set[tuple[str, str, str]] = set()
    is_cut = False
    walks = [
        _Walk(step, wanted.types(direction), [entity.ref], {entity.ref})
        for direction, step in ((OUT, 1), (IN, -1))
        if wanted.direction in (direction, BOTH)
    ]
    for distance in range(1, wanted.depth + 1):
        for walk in walks:
            found, more = _step(walk.frontier, walk.types)
            is_cut = is_cut or more
            met: dict[str, None] = {}
            for source, type_, target in found:
                if target not in columns:
                    if len(columns) >= MAX_NODES:
                        is_cut = True
                        continue
                    columns[target] = walk.step * distance
                if target not in walk.visited:
                    met[target] = None
                edges.add((source, type_, target) if type_ in INVERSES else (target, _FORWARD[type_], source))
            unread = met.keys() - entities.keys()
            entities |= {one.ref: one for one in visible.filter(ref__in=unread).defer("data", "description")}
            walk.visited |= met.keys()
            walk.frontier = [ref for ref in met if ref in entities]
    return drawn(entity.ref, columns, entities, edges, is_cut)


def _step(refs: Sequence[str], types: Sequence[str]) -> tuple[list[tuple[str, str, str]], bool]:
    rows = Relation.objects.filter(source_ref__in=refs, type__in=types).order_by("source_ref", "type", "target_ref")
    limit = MAX_NODES * 4
    found = list(rows.values_list("source_ref", "type", "target_ref").distinct()[: limit + 1])
    return found[:limit], len(found) > limit
