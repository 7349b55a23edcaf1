"""Cards made for one test: their context is a function of the test, and they run as any plugin's do."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import count
from threading import Event, Thread, current_thread
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.test import RequestFactory

from portal.api import CardContext
from portal.cards.context import context_for
from portal.cards.runner import Outcome, Request, Runner
from portal.plugin import Card, Plugin
from portal.registry import LoadedPlugin, PlacedCard, registry
from portal.services.snapshot import Snapshot

PATIENCE = 30.0
_numbers = count()


class Laboratory(Plugin):
    """A plugin of one test."""

    name = "tests.cards"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"


def laboratory(label: str = "lab") -> Laboratory:
    """Return the plugin as if it had been loaded under ``label``."""
    plugin = Laboratory("tests.cards", import_module("tests.cards"))
    plugin.label, plugin.verbose_name, plugin.apps, plugin.models = label, label.title(), apps, {}
    return plugin


def place(context: Callable[[CardContext], Any], plugin: Plugin | None = None, **fields: Any) -> PlacedCard:
    """Return a card whose context function is ``context``, with ``fields`` over a plain card's."""
    name = f"card{next(_numbers)}"
    # A card names its function by a dotted path, so the function gets one.
    globals()[name] = context
    given = {"template": "lab/value.html", "slot": "home:left", "io": "net", **fields}
    return PlacedCard(plugin or laboratory(), Card(name, context=f"{__name__}.{name}", **given))


def install(*cards: PlacedCard) -> None:
    """Put the plugins of the cards into the registry, beside those that are loaded."""
    plugins = {placed.plugin.label: placed.plugin for placed in cards}
    for label, plugin in plugins.items():
        plugin.cards = tuple(placed.card for placed in cards if placed.plugin.label == label)  # type: ignore[misc]
    loaded = {**registry.plugins, **{label: LoadedPlugin(plugin) for label, plugin in plugins.items()}}
    registry.build(loaded.values())
    Snapshot.forget_all()


def page(user: Any, **query: str) -> HttpRequest:
    """Return a request of ``user`` for a page."""
    request = RequestFactory().get("/", query)
    request.user = user
    return request


def ask(placed: PlacedCard, user: Any, **options: Any) -> Request:
    """Return what a page asks the runner for."""
    return Request(placed, context_for(page(user), placed), **options)


def run(runner: Runner, placed: PlacedCard, user: Any) -> Outcome:
    """Ask for the card and wait for it as long as it takes."""
    request = ask(placed, user)
    runner.start([request])
    runner.finish([request], PATIENCE, wait_for_slow=True)
    assert request.outcome is not None
    return request.outcome


def landed(request: Request) -> None:
    """Wait until the run that a request started has come to its end."""
    assert request.flight is not None
    assert request.flight.landed.wait(PATIENCE)


class Hanging:
    """A context function that waits until it is released, and remembers who ran it on which thread."""

    def __init__(self) -> None:
        self.users: list[Any] = []
        self.threads: list[Thread] = []
        self.entered = Event()
        self.released = Event()

    def __call__(self, card: CardContext) -> dict[str, Any]:
        self.users.append(card.user and card.user.get_username())
        self.threads.append(current_thread())
        self.entered.set()
        self.released.wait(PATIENCE)
        return {"value": "released"}
