"""Cards that people with the same permissions share: one run, no user in it, and nobody else in the circle."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from portal.api import CardContext
from portal.cards.runner import Runner
from portal.services.permissions import write_permissions
from portal.testing import person
from tests.cards.laboratory import laboratory, place, run
from tests.cards.test_cache import Counting, html

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def kitchen(people: dict[str, Any]) -> Any:
    """A plugin whose permissions are rows, and which everyone may read."""
    plugin = laboratory("kitchen")
    plugin.permissions = {"read": "See", "write": "Stir"}  # type: ignore[misc]
    write_permissions({"kitchen.read": "See", "kitchen.write": "Stir"}, frozenset({"kitchen.read"}))
    return plugin


def test_a_shared_card_runs_once_for_all_with_the_same_permissions(
    runner: Runner, people: dict[str, Any], kitchen: Any, counting: Counting
) -> None:
    placed = place(counting, kitchen, cache_for=60, shared=True)
    eve, wendy = person("eve"), person("wendy", "kitchen.write")
    assert html(runner, placed, people["bob"]) == "<p>run 1</p>"
    assert html(runner, placed, eve) == "<p>run 1</p>"
    assert html(runner, placed, wendy) == "<p>run 2</p>"


def test_a_shared_card_is_given_no_user(runner: Runner, people: dict[str, Any], kitchen: Any) -> None:
    seen: list[CardContext] = []

    def keep(card: CardContext) -> dict[str, Any]:
        seen.append(card)
        return {"value": "x"}

    run(runner, place(keep, kitchen, cache_for=60, shared=True), people["bob"])
    assert seen[0].user is None
    assert seen[0].permissions == {"kitchen.read"}


def test_a_superuser_shares_with_holders_of_everything_only(
    runner: Runner, people: dict[str, Any], kitchen: Any, counting: Counting
) -> None:
    placed = place(counting, kitchen, cache_for=60, shared=True)
    assert html(runner, placed, people["bob"]) == "<p>run 1</p>"
    assert html(runner, placed, people["ann"]) == "<p>run 2</p>"
    assert html(runner, placed, person("wendy", "kitchen.write")) == "<p>run 2</p>"


def test_permissions_of_other_plugins_do_not_split_a_shared_card(
    runner: Runner, people: dict[str, Any], kitchen: Any, counting: Counting
) -> None:
    placed = place(counting, kitchen, cache_for=60, shared=True)
    html(runner, placed, people["bob"])
    assert html(runner, placed, person("wendy", "healthy.write")) == "<p>run 1</p>"


def test_a_write_of_anyone_drops_what_is_shared(
    runner: Runner, people: dict[str, Any], kitchen: Any, counting: Counting
) -> None:
    placed = place(counting, kitchen, cache_for=60, shared=True)
    html(runner, placed, people["bob"])
    runner.forget("kitchen", people["ann"].pk)
    assert html(runner, placed, people["bob"]) == "<p>run 2</p>"


def test_who_loses_a_permission_no_longer_shares(
    runner: Runner, people: dict[str, Any], kitchen: Any, counting: Counting
) -> None:
    placed = place(counting, kitchen, cache_for=60, shared=True)
    html(runner, placed, people["bob"])
    Group.objects.get(name="Everyone").permissions.clear()
    assert html(runner, placed, people["bob"]) == "<p>run 2</p>"
