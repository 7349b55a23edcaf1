"""How the kinds of the catalog are called and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """The words for one and for several entities of a kind, and its icon."""

    one: str
    several: str
    icon: str

    def counted(self, number: int) -> str:
        """ "1 component", "128 components"."""
        return f"{number:,} {self.one if number == 1 else self.several}"


KINDS: Mapping[str, Kind] = {
    "Component": Kind("component", "components", "box"),
    "API": Kind("API", "APIs", "plug"),
    "Resource": Kind("resource", "resources", "database"),
    "System": Kind("system", "systems", "boxes"),
    "Domain": Kind("domain", "domains", "layers"),
    "Group": Kind("group", "groups", "users"),
    "User": Kind("user", "users", "user"),
    "Template": Kind("template", "templates", "layout-template"),
    "Location": Kind("location", "locations", "map-pin"),
}

ANY = Kind("entity", "entities", "layout-grid")

LIFECYCLES: Mapping[str, str] = {"production": "ok", "experimental": "info", "deprecated": "warning"}


def of(name: str) -> Kind:
    """The words for a kind; "" means any kind."""
    if not name:
        return ANY
    return KINDS.get(name) or Kind(name, name, "circle")


def named(name: str) -> str:
    """The kind as the catalog writes it, from any casing; an unknown one as it is."""
    return next((kind for kind in KINDS if kind.lower() == name.lower()), name)
