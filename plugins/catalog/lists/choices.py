"""What could be asked for next, each with the number of entities there would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count

from plugins.catalog import kinds
from plugins.catalog.lists.matching import Matching
from plugins.catalog.lists.wanted import FACETS, ME, SCOPES, Wanted
from plugins.catalog.models import Tag
from plugins.catalog.queries.counting import Counts

FACET_ROWS = 8
ALL_FACET_ROWS = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, or one kind; ``toggled`` are the facet's values after choosing it."""

    value: str
    label: str
    count: int
    selected: bool
    toggled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of choices; ``more`` says that there are others."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    more: bool


class Choices:
    """The choices beside one list; ``expanded`` is the facet that shows all of its own."""

    def __init__(self, wanted: Wanted, matching: Matching, counts: Counts, expanded: str) -> None:
        self._wanted = wanted
        self._matching = matching
        self._counts = counts
        self._expanded = expanded

    def kinds(self) -> list[Choice]:
        """Every kind with the number of its entities under the other filters, "All" first."""
        rows = self._matching.of(self._wanted.without("kind")).order_by().values_list("kind").annotate(Count("pk"))
        counts: dict[str, int] = dict(self._counts.by(rows))
        order = [*kinds.KINDS, *sorted(counts.keys() - kinds.KINDS.keys())]
        shown = [kind for kind in order if kind in counts or kind == self._wanted.kind]
        choices = [Choice("all", "All", sum(counts.values()), not self._wanted.kind)]
        for kind in shown:
            label = kinds.of(kind).several
            label = label[:1].upper() + label[1:]
            choices.append(Choice(kind.lower(), label, counts.get(kind, 0), kind == self._wanted.kind))
        return choices

    def scopes(self) -> list[Choice]:
        """All, what is the user's, and what the user starred, each counted under the other filters."""
        return [
            Choice(scope, label, self._number(replace(self._wanted, scope=scope)), scope == self._wanted.scope)
            for scope, label in SCOPES.items()
        ]

    def facets(self) -> list[Facet]:
        """The facets that offer something, each counted under the other filters."""
        return [facet for facet in map(self._facet, FACETS) if facet.choices]

    def narrowest(self) -> tuple[str, int] | None:
        """The filter whose removal brings most entities, and how many; None when no removal helps."""
        found = [(self._number(self._wanted.without(name)), name) for name in self._wanted.filters]
        count, name = max(found, default=(0, ""))
        return (name, count) if count else None

    def _number(self, wanted: Wanted) -> int:
        return self._counts.number(self._matching.of(wanted))

    def _facet(self, name: str) -> Facet:
        label, column = FACETS[name]
        limit = ALL_FACET_ROWS if self._expanded == name else FACET_ROWS
        selected = self._wanted.facets.get(name, ())
        matching = self._matching.of(self._wanted.without(name)).order_by()
        counted = (
            Tag.objects.filter(entity__in=matching.values("pk")) if name == "tag" else matching.exclude(**{column: ""})
        )
        rows = counted.values_list(column).annotate(number=Count("pk")).order_by("-number", column)
        counts: dict[str, int] = dict(self._counts.by(rows[: limit + 1]))
        more = len(counts) > limit
        shown = list(counts)[:limit]
        if hidden := [value for value in selected if value not in shown and value != ME]:
            counts |= dict.fromkeys(hidden, 0) | dict(self._counts.by(rows.filter(**{f"{column}__in": hidden})))
        if name == "owner" and self._matching.mine:
            mine = self._counts.number(matching.filter(owner_ref__in=self._matching.mine))
            if mine or ME in selected:
                counts[ME] = mine
                shown = [ME, *shown]
        return Facet(name, label, tuple(_choices([*shown, *hidden], counts, selected)), more)


def _choices(values: Iterable[str], counts: dict[str, int], selected: tuple[str, ...]) -> Iterable[Choice]:
    for value in values:
        chosen = value in selected
        toggled = tuple(one for one in selected if one != value) if chosen else (*selected, value)
        yield Choice(value, value, counts[value], chosen, toggled)
