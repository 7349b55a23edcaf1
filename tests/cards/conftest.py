"""People, a runner of their own and a clock that stands still for the tests of cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portal.cards.runner import Runner
from portal.circuit import Circuit, circuits
from portal.registry import registry
from portal.testing import person
from tests.cards.laboratory import Hanging


@pytest.fixture(autouse=True)
def _same_registry() -> Iterator[None]:
    """Take what a test installs out of the registry again."""
    before = list(registry.plugins.values())
    yield
    registry.build(before)


@pytest.fixture
def runner() -> Runner:
    """A runner with a pool of its own."""
    return Runner()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """A card that waits until the test releases it, at its end at the latest."""
    card = Hanging()
    yield card
    card.released.set()


@pytest.fixture
def ann() -> Any:
    """Ann is known to no database; as a superuser she needs none."""
    return User(pk=1, username="ann", is_superuser=True)


@pytest.fixture
def bob() -> Any:
    """Bob is known to no database; as a superuser he needs none."""
    return User(pk=2, username="bob", is_superuser=True)


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """Ann, an admin, and Bob, with accounts."""
    return {"ann": person("ann", admin=True), "bob": person("bob")}


@pytest.fixture
def client_of(people: dict[str, Any]) -> Callable[[str], Client]:
    """Return a function that signs Ann or Bob in."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(people[username], "portal.services.accounts.AccountBackend")
        return client

    return sign_in


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every circuit that is made from now on."""
    clock = Clock()

    def with_clock(limit: int, overdue_after: float = 10.0) -> Circuit:
        return Circuit(limit, overdue_after, clock)

    monkeypatch.setattr("portal.circuit.Circuit", with_clock)
    circuits.reset()
    return clock
