"""Entities and relations in their places: columns, lines, and labels that fit their boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import east_asian_width

from plugins.catalog import kinds
from plugins.catalog.models import Entity

COLUMN, ROW = 250, 60
WIDTH, HEIGHT = 190, 44
MARGIN = 8
# Rows that are seen without scrolling.
FIRST_ROWS = 8
TEXT_WIDTH = WIDTH - 2 * 12
# In pixels at 13 px, on the wide side, for there are many system fonts.
NARROW, USUAL, LARGE, WIDE = 4.4, 8.0, 9.5, 12.7

LABELS: Mapping[str, str] = {
    "dependsOn": "depends on",
    "consumesApi": "consumes",
    "providesApi": "provides",
    "partOf": "is part of",
    "ownedBy": "is owned by",
    "childOf": "belongs to",
    "memberOf": "is a member of",
}


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
        return (self.entity.title or self.entity.name) if self.entity else self.ref.partition("/")[2]

    @property
    def label(self) -> str:
        """As much of the name as fits."""
        return _fitting(self.name)

    @property
    def detail(self) -> str:
        """The second line: what it is."""
        kind = kinds.of(kinds.named(self.ref.partition(":")[0])).one
        return _fitting(kind if self.entity else f"{kind}, not found")

    @property
    def title(self) -> str:
        """What is said of it to whoever points at it."""
        return self.ref if self.entity else f"{self.ref} (not in the catalog)"

    @property
    def middle(self) -> int:
        """Where lines end."""
        return self.y + HEIGHT // 2


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
class Graph:
    """What is drawn, and the same as a list; ``is_cut`` when there is more than could be shown."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    is_cut: bool

    @property
    def middle(self) -> int:
        """How far the middle of the centre is from the left."""
        return next(node.x for node in self.nodes if node.is_centre) + WIDTH // 2


def drawn(
    centre: str,
    columns: Mapping[str, int],
    entities: Mapping[str, Entity],
    edges: Iterable[tuple[str, str, str]],
    is_cut: bool,
) -> Graph:
    """Place the references of ``columns``; those that have no room beside the centre go on below it."""
    by_column: defaultdict[int, list[str]] = defaultdict(list)
    for ref, column in columns.items():
        by_column[column].append(ref)
    rows = max(map(len, by_column.values()))
    nodes: dict[str, Node] = {}
    # Numbered anew: all of a column may have its place in another one already, by the other direction.
    for column, (_, refs) in enumerate(sorted(by_column.items())):
        top = MARGIN + max(0, min(rows, FIRST_ROWS) - len(refs)) * ROW // 2
        x = MARGIN + column * COLUMN
        for place, ref in enumerate(refs):
            nodes[ref] = Node(ref, entities.get(ref), column, x, top + place * ROW, ref == centre)
    return Graph(
        tuple(nodes.values()),
        tuple(Edge(nodes[source], type_, nodes[target]) for source, type_, target in sorted(edges)),
        (len(by_column) - 1) * COLUMN + WIDTH + 2 * MARGIN + 34,
        rows * ROW - (ROW - HEIGHT) + 2 * MARGIN,
        is_cut,
    )


def _fitting(text: str) -> str:
    """As much of a text as its box has room for."""
    room = TEXT_WIDTH - sum(map(_width, text))
    if room >= 0:
        return text
    room -= LARGE
    while text and room < 0:
        room += _width(text[-1])
        text = text[:-1]
    return f"{text.rstrip()}…"


def _width(character: str) -> float:
    if character in "iljtfrI.,:;'|()[]/-! ":
        return NARROW if character not in "-fr" else 5.5
    if character in "mwMW@%" or east_asian_width(character) in "WF":
        return WIDE
    return LARGE if character.isupper() or not character.isascii() else USUAL
