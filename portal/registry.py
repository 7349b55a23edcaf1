"""What the loaded plugins declared: built once per process, frozen, without any request's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from portal.plugin import Card, Link, Plugin, Schedule, Slot
from portal.services.search import Searchable

if TYPE_CHECKING:
    from django.urls import URLResolver
    from ninja import NinjaAPI


@dataclass(frozen=True)
class LoadedPlugin:
    """A plugin that passed every door, with what was built from its modules."""

    plugin: Plugin
    pages: URLResolver | None = None
    api: NinjaAPI | None = None
    api_urls: URLResolver | None = None
    error_body: Callable[..., Mapping[str, Any]] | None = None
    tag_libraries: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    search: Searchable | None = None

    @property
    def label(self) -> str:
        """The plugin's label."""
        return self.plugin.label


@dataclass(frozen=True)
class PlacedCard:
    """A card together with the plugin that declares it. ``id`` is "todos.mine"."""

    plugin: Plugin
    card: Card

    @property
    def id(self) -> str:
        """Unique over all plugins: the label, a dot and the card's name."""
        return f"{self.plugin.label}.{self.card.name}"

    @property
    def title(self) -> str:
        """The heading of the card's frame."""
        return self.card.title or str(self.plugin.verbose_name)


@dataclass(frozen=True)
class PlacedLink:
    """A link together with the plugin that declares it."""

    plugin: Plugin
    link: Link


@dataclass(frozen=True)
class PlacedSlot:
    """A slot together with the plugin that declares it."""

    plugin: Plugin
    slot: Slot


@dataclass(frozen=True)
class PlacedSchedule:
    """A schedule together with the plugin that declares it. ``key`` is "catalog.refresh"."""

    plugin: Plugin
    schedule: Schedule

    @property
    def key(self) -> str:
        """Unique over all plugins: the label, a dot and the schedule's name."""
        return f"{self.plugin.label}.{self.schedule.name}"


class Registry:
    """The declarations of all loaded plugins, indexed the ways pages ask for them."""

    def __init__(self) -> None:
        self.builds = 0
        self.build(())

    def build(self, loaded: Iterable[LoadedPlugin]) -> None:
        """Replace everything by what ``loaded`` declares. Called once, when all plugins have passed their doors."""
        self.builds += 1
        plugins = {one.label: one for one in loaded}
        cards: dict[str, list[PlacedCard]] = defaultdict(list)
        links: dict[str, list[PlacedLink]] = defaultdict(list)
        slots: dict[str, PlacedSlot] = {}
        by_id: dict[str, PlacedCard] = {}
        for one in plugins.values():
            for card in one.plugin.cards:
                placed = PlacedCard(one.plugin, card)
                cards[card.slot].append(placed)
                by_id[placed.id] = placed
            for link in one.plugin.nav:
                links[link.slot].append(PlacedLink(one.plugin, link))
            for slot in one.plugin.slots:
                slots[slot.name] = PlacedSlot(one.plugin, slot)
        scheduled = [PlacedSchedule(one.plugin, each) for one in plugins.values() for each in one.plugin.schedules]
        self.plugins: Mapping[str, LoadedPlugin] = MappingProxyType(plugins)
        self.schedules: Mapping[str, PlacedSchedule] = MappingProxyType({one.key: one for one in scheduled})
        self.cards: Mapping[str, PlacedCard] = MappingProxyType(by_id)
        self.slots: Mapping[str, PlacedSlot] = MappingProxyType(slots)
        self.cards_by_slot: Mapping[str, tuple[PlacedCard, ...]] = MappingProxyType(
            {slot: tuple(sorted(placed, key=lambda one: one.card.order)) for slot, placed in cards.items()}
        )
        self.links_by_slot: Mapping[str, tuple[PlacedLink, ...]] = MappingProxyType(
            {slot: tuple(sorted(placed, key=lambda one: one.link.order)) for slot, placed in links.items()}
        )

    @property
    def permissions(self) -> dict[str, str]:
        """Every declared permission, "todos.read", with its description."""
        return {
            f"{one.label}.{action}": description
            for one in self.plugins.values()
            for action, description in one.plugin.permissions.items()
        }


registry = Registry()
