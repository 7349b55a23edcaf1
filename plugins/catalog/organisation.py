"""Teams and people: who belongs where, and what is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet

from plugins.catalog import kinds
from plugins.catalog.models import Entity, Relation

MAX_GROUPS = 500
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Owned:
    """How many entities of a kind somebody owns."""

    kind: kinds.Kind
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group; ``entity`` is None when the catalog does not have them, or not for this user."""

    ref: str
    entity: Entity | None


@dataclass(frozen=True, slots=True)
class TeamOwning:
    """A team and what it owns."""

    team: Member
    owned: list[Owned]


class Organisation:
    """What stands around a group or a user, each part read when it is first asked for."""

    def __init__(self, entity: Entity, visible: QuerySet[Entity]) -> None:
        self._ref = entity.ref
        self._visible = visible

    @cached_property
    def ancestors(self) -> list[Member]:
        """The groups above, the nearest first."""
        return self._members(self._walk("childOf"))

    @cached_property
    def children(self) -> list[Member]:
        """The groups directly below."""
        return self._members(_targets([self._ref], "parentOf"))

    @cached_property
    def members(self) -> list[Member]:
        """Who is in the group itself."""
        return self._members(_targets([self._ref], "hasMember"))

    @cached_property
    def inherited(self) -> list[Member]:
        """Who is only in a group somewhere below, each once."""
        direct = {one.ref for one in self.members}
        return self._members(ref for ref in _targets(self._walk("parentOf"), "hasMember") if ref not in direct)

    @cached_property
    def teams(self) -> list[Member]:
        """The groups a user is a direct member of."""
        return self._members(_targets([self._ref], "memberOf"))

    @cached_property
    def owned(self) -> list[Owned]:
        """What it owns itself, by kind."""
        return self._owned(self._ref)

    @cached_property
    def owned_by_teams(self) -> list[TeamOwning]:
        """What the teams of a user own, team by team."""
        return [TeamOwning(team, self._owned(team.ref)) for team in self.teams[:SHOWN] if team.entity]

    def _owned(self, ref: str) -> list[Owned]:
        counts = self._visible.filter(owner_ref=ref).order_by().values_list("kind").annotate(Count("pk"))
        return [Owned(kinds.of(kind), kind, count) for kind, count in sorted(counts)]

    def _walk(self, type_: str) -> list[str]:
        """Every group reached along one relation, the nearest first; a cycle ends where it comes back."""
        met = {self._ref: None}
        frontier = [self._ref]
        while frontier and len(met) < MAX_GROUPS:
            frontier = [ref for ref in _targets(frontier, type_) if ref not in met]
            frontier = self._known(frontier)[: MAX_GROUPS - len(met)]
            met |= dict.fromkeys(frontier)
        return [ref for ref in met if ref != self._ref]

    def _known(self, refs: list[str]) -> list[str]:
        known = set(self._visible.filter(ref__in=refs).values_list("ref", flat=True))
        return [ref for ref in refs if ref in known]

    def _members(self, refs: Iterable[str]) -> list[Member]:
        refs = list(dict.fromkeys(refs))
        found = {one.ref: one for one in self._visible.filter(ref__in=refs).defer("data", "description")}
        return [Member(ref, found.get(ref)) for ref in refs]


def _targets(refs: list[str], type_: str) -> list[str]:
    rows = Relation.objects.filter(source_ref__in=refs, type=type_).order_by("target_ref")
    return list(rows.values_list("target_ref", flat=True).distinct())
