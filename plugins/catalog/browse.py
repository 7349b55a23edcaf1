"""The list of entities: what the address asks for, the rows, and what could be asked for next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from plugins.catalog import kinds
from plugins.catalog.models import Entity, Tag
from plugins.catalog.people import references_of
from plugins.catalog.personal import Star
from plugins.catalog.queries.counting import Counts
from plugins.catalog.visibility import visible_to

PAGE = 25
FACET_ROWS = 8
ALL_FACET_ROWS = 500
MAX_WORDS = 8
ME = "me"
DEFAULT_KIND = "Component"
SCOPES: Mapping[str, str] = {"": "All", "owned": "Owned", "starred": "Starred"}
OWNERSHIPS: Mapping[str, str] = {"none": "Without an owner", "unknown": "Owner not in the catalog"}
OWNED_KINDS = ("Component", "API", "Resource", "System", "Domain")

FACETS: Mapping[str, tuple[str, str]] = {
    "owner": ("Owner", "owner_ref"),
    "type": ("Type", "type"),
    "lifecycle": ("Lifecycle", "lifecycle"),
    "tag": ("Tag", "name"),
}
SORTS: Mapping[str, str] = {
    "name": "sort_key",
    "type": "type",
    "lifecycle": "lifecycle",
    "owner": "owner_ref",
    "updated": "updated_at",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for. ``kind`` "" means every kind; a facet's values are alternatives."""

    kind: str
    text: str
    facets: Mapping[str, tuple[str, ...]]
    sort: str
    scope: str = ""
    ownership: str = ""

    @classmethod
    def from_query(cls, query: QueryDict, kind: str = DEFAULT_KIND) -> Wanted:
        """Read ?kind=api&scope=owned&ownership=none&q=…&owner=…&type=…&lifecycle=…&tag=…&sort=-updated.

        What is not understood is left out.
        """
        asked = query.get("kind", kind).replace("\0", "")
        sort = query.get("sort", "name")
        scope, ownership = query.get("scope", ""), query.get("ownership", "")
        return cls(
            kind="" if asked.lower() == "all" else kinds.named(asked),
            text=query.get("q", "").replace("\0", "").strip()[:200],
            facets={
                name: values
                for name in FACETS
                if (values := tuple(dict.fromkeys(one for one in query.getlist(name) if one and "\0" not in one)))
            },
            sort=sort if sort.removeprefix("-") in SORTS else "name",
            scope=scope if scope in SCOPES else "",
            ownership=ownership if ownership in OWNERSHIPS else "",
        )

    def without(self, name: str) -> Wanted:
        """The same without one filter: "kind", "scope", "ownership", "q" or a facet."""
        match name:
            case "kind":
                return replace(self, kind="")
            case "scope":
                return replace(self, scope="")
            case "ownership":
                return replace(self, ownership="")
            case "q":
                return replace(self, text="")
            case _:
                return replace(self, facets={key: values for key, values in self.facets.items() if key != name})

    @property
    def filters(self) -> list[str]:
        """The names of the filters in force; the kind is one, too."""
        own = ["kind"] if self.kind else []
        own += [name for name in ("scope", "ownership") if getattr(self, name)]
        return [*own, *(["q"] if self.text else []), *self.facets]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, or one kind."""

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
        self._expanded = expanded

    @cached_property
    def page(self) -> Page[Entity]:
        """The rows, without their data, in the order asked for."""
        return _Pages(self.matching, PAGE, self._counts.number(self.matching)).get_page(self._page)

    @property
    def total(self) -> int:
        """How many entities match."""
        return self.page.paginator.count

    @cached_property
    def kind_choices(self) -> list[Choice]:
        """Every kind with the number of its entities under the other filters, "All" first."""
        rows = self._matching(self.wanted.without("kind")).order_by().values_list("kind").annotate(Count("pk"))
        counts: dict[str, int] = dict(self._counts.by(rows))
        order = [*kinds.KINDS, *sorted(counts.keys() - kinds.KINDS.keys())]
        shown = [kind for kind in order if kind in counts or kind == self.wanted.kind]
        choices = [Choice("all", "All", sum(counts.values()), not self.wanted.kind)]
        for kind in shown:
            label = kinds.of(kind).several
            label = label[:1].upper() + label[1:]
            choices.append(Choice(kind.lower(), label, counts.get(kind, 0), kind == self.wanted.kind))
        return choices

    @cached_property
    def scope_choices(self) -> list[Choice]:
        """All, what is the user's, and what the user starred, each counted under the other filters."""
        return [
            Choice(scope, label, self._scoped(scope), scope == self.wanted.scope) for scope, label in SCOPES.items()
        ]

    @cached_property
    def rows(self) -> list[Row]:
        """The entities of this page with what a row shows."""
        return [
            Row(
                entity,
                self._names.get(entity.owner_ref, ""),
                self._names.get(entity.system_ref, ""),
                entity.ref in self._starred,
            )
            for entity in self.page
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets that offer something, each counted under the other filters."""
        return [replace(facet, choices=tuple(map(self._labelled, facet.choices))) for facet in self._facets]

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
        found = [self._facet(name) for name in FACETS]
        return [facet for facet in found if facet.choices]

    @cached_property
    def _names(self) -> dict[str, str]:
        """What the owners and systems on this page are called, by reference."""
        owners = {ref for entity in self.page for ref in (entity.owner_ref, entity.system_ref) if ref}
        chosen = {one.value for facet in self._facets if facet.name == "owner" for one in facet.choices}
        return names_of(owners | chosen, visible_to(self._user))

    def _labelled(self, choice: Choice) -> Choice:
        if choice.value == ME:
            return replace(choice, label="Me and my teams")
        return replace(choice, label=self._names.get(choice.value, choice.value))

    @cached_property
    def narrowest(self) -> tuple[str, int] | None:
        """The filter whose removal brings most entities, and how many; None when no removal helps."""
        found = [(self._counts.number(self._matching(self.wanted.without(name))), name) for name in self.wanted.filters]
        count, name = max(found, default=(0, ""))
        return (name, count) if count else None

    @cached_property
    def _mine(self) -> list[str]:
        return references_of(self._user)

    def _scoped(self, scope: str) -> int:
        return self._counts.number(self._matching(replace(self.wanted, scope=scope)))

    @cached_property
    def _starred(self) -> list[str]:
        return Star.refs_of(self._user)

    @cached_property
    def _counts(self) -> Counts:
        return Counts()

    @property
    def matching(self) -> QuerySet[Entity]:
        """Everything that matches, in the order asked for."""
        return self._matching(self.wanted).order_by(*self._order())

    def _matching(self, wanted: Wanted) -> QuerySet[Entity]:
        entities = visible_to(self._user)
        match wanted.scope:
            case "owned":
                entities = entities.filter(owner_ref__in=self._mine)
            case "starred":
                entities = entities.filter(ref__in=self._starred)
        if wanted.kind:
            entities = entities.filter(kind=wanted.kind)
        if wanted.ownership:
            entities = owned_badly(entities, wanted.ownership)
        for word in wanted.text.split()[:MAX_WORDS]:
            entities = entities.filter(
                Q(name__icontains=word) | Q(title__icontains=word) | Q(description__icontains=word)
            )
        for name, values in wanted.facets.items():
            if name == "tag":
                # A subquery, so that an entity with two of the tags counts once.
                entities = entities.filter(pk__in=Tag.objects.filter(name__in=values).values("entity"))
            else:
                entities = entities.filter(**{f"{FACETS[name][1]}__in": self._meant(name, values)})
        return entities

    def _meant(self, name: str, values: Iterable[str]) -> list[str]:
        if name != "owner":
            return list(values)
        return [ref for value in values for ref in (self._mine if value == ME else [value])]

    def _facet(self, name: str) -> Facet:
        label, column = FACETS[name]
        limit = ALL_FACET_ROWS if self._expanded == name else FACET_ROWS
        selected = self.wanted.facets.get(name, ())
        matching = self._matching(self.wanted.without(name)).order_by()
        counted = (
            Tag.objects.filter(entity__in=matching.values("pk")) if name == "tag" else matching.exclude(**{column: ""})
        )
        rows = counted.values_list(column).annotate(number=Count("pk")).order_by("-number", column)
        counts: dict[str, int] = dict(self._counts.by(rows[: limit + 1]))
        more = len(counts) > limit
        shown = list(counts)[:limit]
        if hidden := [value for value in selected if value not in shown and value != ME]:
            counts |= dict.fromkeys(hidden, 0) | dict(self._counts.by(rows.filter(**{f"{column}__in": hidden})))
        if name == "owner" and self._mine:
            mine = self._counts.number(self._matching(self.wanted.without(name)).filter(owner_ref__in=self._mine))
            if mine or ME in selected:
                counts[ME] = mine
                shown = [ME, *shown]
        choices = tuple(self._choice(value, counts[value], selected) for value in [*shown, *hidden])
        return Facet(name, label, choices, more)

    @staticmethod
    def _choice(value: str, count: int, selected: tuple[str, ...]) -> Choice:
        chosen = value in selected
        toggled = tuple(one for one in selected if one != value) if chosen else (*selected, value)
        return Choice(value, value, count, chosen, toggled)

    def _order(self) -> list[str]:
        descending = "-" if self.wanted.sort.startswith("-") else ""
        column = SORTS[self.wanted.sort.removeprefix("-")]
        rest = [] if column == "sort_key" else ["sort_key"]
        return [f"{descending}{column}", *rest, f"{descending if not rest else ''}ref"]


def owned_badly(entities: QuerySet[Entity], ownership: str) -> QuerySet[Entity]:
    """Of the kinds that have an owner, those that name none ("none") or one that is no entity ("unknown")."""
    entities = entities.filter(kind__in=OWNED_KINDS)
    if ownership == "none":
        return entities.filter(owner_ref="")
    return entities.exclude(owner_ref="").exclude(owner_ref__in=Entity.objects.values("ref"))


class _Pages(Paginator):  # type: ignore[type-arg]
    """Pages of a number of rows that is known already, each found by its keys: an index gives these alone."""

    def __init__(self, rows: QuerySet[Entity], size: int, number: int) -> None:
        super().__init__(rows, size)
        self.count = number
        self._rows = rows

    def page(self, number: int | str) -> Page[Entity]:
        """The rows of one page."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = list(self._rows.values_list("pk", flat=True)[start : start + self.per_page])
        found = Entity.objects.defer("data").in_bulk(keys)
        return Page([found[key] for key in keys if key in found], number, self)


def names_of(refs: Iterable[str], entities: QuerySet[Entity]) -> dict[str, str]:
    """The title, or else the name, of each of ``entities`` that is meant; others are not in the result."""
    rows = entities.filter(ref__in=set(refs)).values_list("ref", "title", "name")
    return {ref: title or name for ref, title, name in rows}
