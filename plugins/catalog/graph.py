"""The entities around one entity, as a drawing in columns: what needs it at its left, what it needs at its right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from plugins.catalog import kinds
from plugins.catalog.models import Entity, Relation

MAX_NODES = 60
MAX_DEPTH = 3
COLUMN, ROW = 250, 60
WIDTH, HEIGHT = 190, 44
MARGIN = 8
LABEL = 23

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
LABELS: Mapping[str, str] = {
    "dependsOn": "depends on",
    "consumesApi": "consumes",
    "providesApi": "provides",
    "partOf": "is part of",
    "ownedBy": "is owned by",
    "childOf": "belongs to",
    "memberOf": "is a member of",
}
_FORWARD = {inverse: type_ for type_, inverse in INVERSES.items()}
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


@dataclass(frozen=True, slots=True)
class Edge:
    """One relation in its forward direction."""

    source: Node
    type: str
    target: Node

    @property
    def label(self) -> str:
        """The relation in words that stand between the two names."""
        return LABELS[self.type]

    @property
    def path(self) -> str:
        """The line from the source to the target, in SVG."""
        start, end = self.source, self.target
        if start.column == end.column:
            x, bend = start.x + WIDTH, start.x + WIDTH + 34
            return f"M{x} {start.middle}C{bend} {start.middle} {bend} {end.middle} {x + 6} {end.middle}"
        forward = start.column < end.column
        x1, x2 = (start.x + WIDTH, end.x - 6) if forward else (start.x, end.x + WIDTH + 6)
        half = (x1 + x2) // 2
        return f"M{x1} {start.middle}C{half} {start.middle} {half} {end.middle} {x2} {end.middle}"


@dataclass(frozen=True, slots=True)
class Node:
    """One entity and its place; ``entity`` is None when the catalog does not have it, or not for this user."""

    ref: str
    entity: Entity | None
    column: int
    x: int
    y: int
    is_centre: bool

    @property
    def name(self) -> str:
        """How it is called in full."""
        return (self.entity.title or self.entity.name) if self.entity else self.ref

    @property
    def label(self) -> str:
        """As much of the name as fits."""
        return self.name if len(self.name) <= LABEL else f"{self.name[: LABEL - 1]}…"

    @property
    def detail(self) -> str:
        """The second line: what it is."""
        return kinds.of(self.entity.kind).one if self.entity else "not in the catalog"

    @property
    def middle(self) -> int:
        """Where lines end."""
        return self.y + HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn, and the same as a list; ``is_cut`` when there is more than MAX_NODES."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    is_cut: bool


def around(entity: Entity, visible: QuerySet[Entity], wanted: Wanted) -> Graph:
    """Walk from ``entity`` along relations, only through entities among ``visible``, at most MAX_NODES in all."""
    columns: dict[str, int] = {entity.ref: 0}
    entities: dict[str, Entity] = {entity.ref: entity}
    edges: set[tuple[str, str, str]] = set()
    is_cut = False
    for direction, step in ((OUT, 1), (IN, -1)):
        if wanted.direction not in (direction, BOTH):
            continue
        types = wanted.relations if direction == OUT else [INVERSES[type_] for type_ in wanted.relations]
        frontier = [entity.ref]
        for distance in range(1, wanted.depth + 1):
            found, more = _step(frontier, types)
            is_cut = is_cut or more
            met: dict[str, None] = {}
            for source, type_, target in found:
                if target not in columns:
                    if len(columns) >= MAX_NODES:
                        is_cut = True
                        continue
                    columns[target] = step * distance
                    met[target] = None
                edges.add((source, type_, target) if direction == OUT else (target, _FORWARD[type_], source))
            entities |= {one.ref: one for one in visible.filter(ref__in=list(met)).defer("data", "description")}
            frontier = [ref for ref in met if ref in entities]
    return _drawn(entity.ref, columns, entities, edges, is_cut)


def _step(refs: Sequence[str], types: Sequence[str]) -> tuple[list[tuple[str, str, str]], bool]:
    rows = Relation.objects.filter(source_ref__in=refs, type__in=types).order_by("source_ref", "type", "target_ref")
    limit = MAX_NODES * 4
    found = list(rows.values_list("source_ref", "type", "target_ref").distinct()[: limit + 1])
    return found[:limit], len(found) > limit


def _drawn(
    centre: str,
    columns: Mapping[str, int],
    entities: Mapping[str, Entity],
    edges: Iterable[tuple[str, str, str]],
    is_cut: bool,
) -> Graph:
    by_column: defaultdict[int, list[str]] = defaultdict(list)
    for ref, column in columns.items():
        by_column[column].append(ref)
    first, rows = min(by_column), max(map(len, by_column.values()))
    height = rows * ROW - (ROW - HEIGHT) + 2 * MARGIN
    nodes: dict[str, Node] = {}
    for column in sorted(by_column):
        refs = by_column[column]
        top = MARGIN + (rows - len(refs)) * ROW // 2
        x = MARGIN + (column - first) * COLUMN
        for place, ref in enumerate(refs):
            nodes[ref] = Node(ref, entities.get(ref), column, x, top + place * ROW, ref == centre)
    return Graph(
        tuple(nodes.values()),
        tuple(Edge(nodes[source], type_, nodes[target]) for source, type_, target in sorted(edges)),
        (len(by_column) - 1) * COLUMN + WIDTH + 2 * MARGIN + 34,
        height,
        is_cut,
    )
