"""What the address of the list asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from plugins.catalog import kinds
from plugins.catalog.lists.columns import known

ME = "me"
DEFAULT_KIND = "Component"
MAX_TEXT = 200
# Each has links on the page, and each link the others.
MAX_VALUES = 50
SCOPES: Mapping[str, str] = {"": "All", "owned": "Owned", "starred": "Starred"}
OWNERSHIPS: Mapping[str, str] = {"none": "Without an owner", "unknown": "Owner not in the catalog"}

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
    "system": "system_ref",
    "created": "created_at",
    "updated": "updated_at",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for. ``kind`` "" means every kind; a facet's values are alternatives.

    columns  those that the address names; none: those that the person keeps
    is_cut   whether the address has more values of a facet than count
    """

    kind: str
    text: str
    facets: Mapping[str, tuple[str, ...]]
    sort: str
    scope: str = ""
    ownership: str = ""
    columns: tuple[str, ...] = ()
    is_cut: bool = False

    @classmethod
    def from_query(cls, query: QueryDict, kind: str = DEFAULT_KIND) -> Wanted:
        """Read ?kind=api&scope=owned&ownership=none&q=…&owner=…&type=…&lifecycle=…&tag=…&sort=-updated&columns=….

        What is not understood is left out, and so are values of a facet after the first MAX_VALUES.
        """
        stated = {name: dict.fromkeys(one for one in query.getlist(name) if one and "\0" not in one) for name in FACETS}
        asked = query.get("kind", kind).replace("\0", "")
        sort = query.get("sort", "name")
        scope, ownership = query.get("scope", ""), query.get("ownership", "")
        return cls(
            kind="" if asked.lower() == "all" else kinds.named(asked),
            text=query.get("q", "").replace("\0", "").strip()[:MAX_TEXT],
            facets={name: tuple(values)[:MAX_VALUES] for name, values in stated.items() if values},
            sort=sort if sort.removeprefix("-") in SORTS else "name",
            scope=scope if scope in SCOPES else "",
            ownership=ownership if ownership in OWNERSHIPS else "",
            columns=known(query.get("columns", "").split(",")),
            is_cut=any(len(values) > MAX_VALUES for values in stated.values()),
        )

    def as_query(self) -> str:
        """The one query that asks for just this: two that ask for the same are equal."""
        query = QueryDict(mutable=True)
        query["kind"] = self.kind.lower() or "all"
        own = {"scope": self.scope, "ownership": self.ownership, "q": self.text, "columns": ",".join(self.columns)}
        query.update({name: value for name, value in own.items() if value})
        for name, values in self.facets.items():
            query.setlist(name, sorted(values))
        if self.sort != "name":
            query["sort"] = self.sort
        return query.urlencode(safe=",:/")

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
