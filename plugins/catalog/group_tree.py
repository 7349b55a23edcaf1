"""The groups below a group, as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Count, QuerySet

from plugins.catalog.models import Entity, Relation

MAX_GROUPS = 500
SHOWN_GROUPS = 100
SHOWN_LEVELS = 8


@dataclass(slots=True)
class Branch:
    """A group, what is in it, and how many are its direct members.

    ``entity`` is None when the catalog does not have the group, or not for this user.
    """

    ref: str
    entity: Entity | None
    members: int
    branches: list[Branch] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    """The nearest of the groups below a group, and how many others there are, of ``MAX_GROUPS`` at most."""

    branches: list[Branch]
    count: int
    hidden: int


def below(ref: str, visible: QuerySet[Entity]) -> dict[str, str]:
    """Every group below ``ref``, the nearest first, with the group in which it was met first.

    A ring ends where it comes back, and nothing is looked for in a group that is not visible.
    """
    parents: dict[str, str] = {}
    frontier = [ref]
    while frontier and len(parents) < MAX_GROUPS:
        rows = Relation.objects.filter(source_ref__in=frontier, type="parentOf").order_by("target_ref", "source_ref")
        met: dict[str, str] = {}
        for target, source in rows.values_list("target_ref", "source_ref"):
            if target != ref and target not in parents:
                met.setdefault(target, source)
        parents |= islice(met.items(), MAX_GROUPS - len(parents))
        frontier = list(visible.filter(ref__in=met.keys() & parents.keys()).values_list("ref", flat=True))
    return parents


def tree(ref: str, visible: QuerySet[Entity]) -> Tree:
    """The groups below ``ref``, as many as a page can show."""
    parents = below(ref, visible)
    levels = {ref: 0}
    for child, parent in parents.items():
        levels[child] = levels[parent] + 1
    shown = [child for child in parents if levels[child] <= SHOWN_LEVELS][:SHOWN_GROUPS]
    entities = {one.ref: one for one in visible.filter(ref__in=shown).defer("data", "description")}
    members = Relation.objects.filter(source_ref__in=entities, type="hasMember").order_by().values_list("source_ref")
    numbers: dict[str, int] = dict(members.annotate(Count("target_ref", distinct=True)))
    found = {child: Branch(child, entities.get(child), numbers.get(child, 0)) for child in shown}
    root: list[Branch] = []
    for child, branch in found.items():
        parent = parents[child]
        (root if parent == ref else found[parent].branches).append(branch)
    return Tree(root, len(parents), len(parents) - len(shown))
