"""Teams and people: who belongs where, and what is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet

from plugins.catalog import group_tree, kinds
from plugins.catalog.models import Entity, Relation

SHOWN = 20
LISTS: Mapping[str, str] = {
    "above": "Groups above",
    "groups": "Groups in it",
    "members": "Members",
    "inherited": "Members through groups in it",
    "teams": "Teams",
}


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


@dataclass(frozen=True, slots=True)
class Shown:
    """The first of a list, and how many it has."""

    which: str
    members: list[Member]
    count: int

    @property
    def hidden(self) -> int:
        """How many are not among the members."""
        return self.count - len(self.members)


class Organisation:
    """What stands around a group or a user, each part read when it is first asked for."""

    def __init__(self, entity: Entity, visible: QuerySet[Entity]) -> None:
        self._entity = entity
        self._ref = entity.ref
        self._visible = visible

    @cached_property
    def ancestors(self) -> Shown:
        """The groups above, the nearest first."""
        return self._shown("above")

    @property
    def path(self) -> list[Member]:
        """The groups above that are shown, from the top down to the group itself."""
        return [*reversed(self.ancestors.members), Member(self._ref, self._entity)]

    @cached_property
    def tree(self) -> group_tree.Tree:
        """The groups below."""
        return group_tree.tree(self._ref, self._visible)

    @cached_property
    def members(self) -> Shown:
        """Who is in the group itself."""
        return self._shown("members")

    @cached_property
    def inherited(self) -> Shown:
        """Who is only in a group somewhere below, each once."""
        return self._shown("inherited")

    @cached_property
    def teams(self) -> Shown:
        """The groups a user is a direct member of."""
        return self._shown("teams")

    @cached_property
    def owned(self) -> list[Owned]:
        """What it owns itself, by kind."""
        return self._owned([self._ref])[self._ref]

    @cached_property
    def owned_by_teams(self) -> list[TeamOwning]:
        """What the teams of a user that are shown own, team by team."""
        teams = [team for team in self.teams.members if team.entity]
        owned = self._owned([team.ref for team in teams])
        return [TeamOwning(team, owned[team.ref]) for team in teams]

    def refs(self, which: str) -> list[str]:
        """All references of one of LISTS."""
        match which:
            case "above":
                found = self._above()
            case "groups":
                found = list(group_tree.below(self._ref, self._visible))
            case "members":
                found = _targets([self._ref], "hasMember")
            case "inherited":
                direct = set(_targets([self._ref], "hasMember"))
                found = [ref for ref in _targets(self._below(), "hasMember") if ref not in direct]
            case _:
                found = _targets([self._ref], "memberOf")
        return list(dict.fromkeys(found))

    def named(self, refs: list[str]) -> list[Member]:
        """Who the references mean, in their order."""
        found = {one.ref: one for one in self._visible.filter(ref__in=refs).defer("data", "description")}
        return [Member(ref, found.get(ref)) for ref in refs]

    def _shown(self, which: str) -> Shown:
        refs = self.refs(which)
        return Shown(which, self.named(refs[:SHOWN]), len(refs))

    def _owned(self, refs: list[str]) -> dict[str, list[Owned]]:
        owned: dict[str, list[Owned]] = {ref: [] for ref in refs}
        rows = (
            self._visible.filter(owner_ref__in=refs).order_by().values_list("owner_ref", "kind").annotate(Count("pk"))
        )
        for ref, kind, count in sorted(rows):
            owned[ref].append(Owned(kinds.of(kind), kind, count))
        return owned

    def _below(self) -> list[str]:
        return self._known(list(group_tree.below(self._ref, self._visible)))

    def _above(self) -> list[str]:
        """Every group above, the nearest first; a ring ends where it comes back."""
        met = {self._ref: None}
        frontier = [self._ref]
        while frontier and len(met) < group_tree.MAX_GROUPS:
            frontier = [ref for ref in _targets(frontier, "childOf") if ref not in met]
            frontier = self._known(frontier)[: group_tree.MAX_GROUPS - len(met)]
            met |= dict.fromkeys(frontier)
        return [ref for ref in met if ref != self._ref]

    def _known(self, refs: list[str]) -> list[str]:
        known = set(self._visible.filter(ref__in=refs).values_list("ref", flat=True))
        return [ref for ref in refs if ref in known]


def _targets(refs: list[str], type_: str) -> list[str]:
    rows = Relation.objects.filter(source_ref__in=refs, type=type_).order_by("target_ref")
    return list(rows.values_list("target_ref", flat=True).distinct())
