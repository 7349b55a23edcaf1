"""One page of the list and everything around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from plugins.catalog import kinds
from plugins.catalog.lists.choices import Choice, Choices, Facet
from plugins.catalog.lists.columns import COLUMNS, MANY, Column
from plugins.catalog.lists.matching import Matching, names_of
from plugins.catalog.lists.saved import Look
from plugins.catalog.lists.wanted import ME, OWNERSHIPS, Wanted
from plugins.catalog.models import Entity
from plugins.catalog.queries.counting import Counts
from plugins.catalog.visibility import visible_to

PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One entity in the list; ``owner_name`` is empty for an owner that the catalog does not know."""

    entity: Entity
    owner_name: str
    system_name: str
    starred: bool

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return kinds.of(self.entity.kind).icon

    @property
    def status(self) -> str:
        """How its lifecycle is shown."""
        return kinds.LIFECYCLES.get(self.entity.lifecycle, "neutral")


class Listing:
    """One page of the list and everything around it, each part read when it is first asked for."""

    def __init__(self, wanted: Wanted, user: Any, page: str | None = None, expanded: str = "") -> None:
        self.wanted = wanted
        self._user = user
        self._page = page
        self._counts = Counts()
        self._matching = Matching(user)
        self._choices = Choices(wanted, self._matching, self._counts, expanded)

    @cached_property
    def look(self) -> Look:
        """The columns and the density that the person keeps."""
        return Look.of(self._user)

    @property
    def columns(self) -> list[Column]:
        """Those of the address, or else those that the person keeps."""
        return [COLUMNS[name] for name in self.wanted.columns or self.look.names]

    @property
    def cells(self) -> dict[str, bool]:
        """Of each column whether its cells are left out where the window is narrow, as those beyond the third are."""
        return {one.name: number >= 3 for number, one in enumerate(self.columns)}

    @property
    def has_many_columns(self) -> bool:
        """Whether there are so many that their cells need two lines, and narrow places a scrollbar."""
        return len(self.columns) > MANY

    @property
    def state(self) -> str:
        """What is shown, columns included, as a query."""
        return replace(self.wanted, columns=tuple(one.name for one in self.columns)).as_query()

    @property
    def matching(self) -> QuerySet[Entity]:
        """Everything that matches, in the order asked for."""
        return self._matching.ordered(self.wanted)

    @cached_property
    def page(self) -> Page[Entity]:
        """The rows, without their data, in the order asked for."""
        related = ["tags"] if COLUMNS["tags"] in self.columns else []
        return _Pages(self.matching, PAGE, self._counts, related).get_page(self._page)

    @property
    def total(self) -> int:
        """How many entities match."""
        return self.page.paginator.count

    @cached_property
    def rows(self) -> list[Row]:
        """The entities of this page with what a row shows."""
        return [
            Row(
                entity,
                self._names.get(entity.owner_ref, ""),
                self._names.get(entity.system_ref, ""),
                entity.ref in self._matching.starred,
            )
            for entity in self.page
        ]

    @cached_property
    def kind_choices(self) -> list[Choice]:
        """Every kind with its number, "All" first."""
        return self._choices.kinds()

    @cached_property
    def scope_choices(self) -> list[Choice]:
        """All, what is the user's, and what the user starred."""
        return self._choices.scopes()

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets that offer something, in words."""
        return [replace(facet, choices=tuple(map(self._labelled, facet.choices))) for facet in self._facets]

    @cached_property
    def narrowest(self) -> tuple[str, int] | None:
        """The filter whose removal brings most entities, and how many; None when no removal helps."""
        return self._choices.narrowest()

    @property
    def is_filtered(self) -> bool:
        """Whether filters leave something out."""
        return bool(self.wanted.filters) and visible_to(self._user).exists()

    @property
    def chips(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The active filters but the kind: parameter, words, and the values that stay when it is removed."""
        chips: list[tuple[str, str, tuple[str, ...]]] = []
        if self.wanted.text:
            chips.append(("q", f"Text: {self.wanted.text}", ()))
        if self.wanted.ownership:
            chips.append(("ownership", OWNERSHIPS[self.wanted.ownership], ()))
        for facet in self.facets:
            chips += [(facet.name, f"{facet.label}: {one.label}", one.toggled) for one in facet.choices if one.selected]
        return chips

    @cached_property
    def _facets(self) -> list[Facet]:
        return self._choices.facets()

    @cached_property
    def _names(self) -> dict[str, str]:
        """What the owners and systems on this page are called, by reference."""
        refs = {ref for entity in self.page for ref in (entity.owner_ref, entity.system_ref) if ref}
        chosen = {one.value for facet in self._facets if facet.name == "owner" for one in facet.choices}
        return names_of(refs | chosen, visible_to(self._user))

    def _labelled(self, choice: Choice) -> Choice:
        if choice.value == ME:
            return replace(choice, label="Me and my teams")
        return replace(choice, label=self._names.get(choice.value, choice.value))


class _Pages(Paginator):  # type: ignore[type-arg]
    """Pages of a number of rows that is known already, each found by its keys: an index gives these alone."""

    def __init__(self, rows: QuerySet[Entity], size: int, counts: Counts, related: list[str]) -> None:
        super().__init__(rows, size)
        self.count = counts.number(rows)
        self._rows, self._counts = rows, counts
        self._found = Entity.objects.defer("data").prefetch_related(*related)

    def page(self, number: int | str) -> Page[Entity]:
        """The rows of one page."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self._counts.keys(self._rows[start : start + self.per_page])
        found = self._found.in_bulk(keys)
        return Page([found[key] for key in keys if key in found], number, self)
