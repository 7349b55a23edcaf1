"""What a card keeps: for whom, for how long, what is shown meanwhile, and what makes it go."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache

from portal.api import CardContext
from portal.cards.cache import store, stored
from portal.cards.runner import Runner
from portal.circuit import CARD_CALLS
from portal.testing import person
from tests.cards.laboratory import Hanging, ask, install, laboratory, landed, place, run

pytestmark = pytest.mark.threads


class Counting:
    """A context function that counts its runs."""

    def __init__(self) -> None:
        self.users: list[Any] = []

    def __call__(self, card: CardContext) -> dict[str, Any]:
        self.users.append(card.user and card.user.get_username())
        return {"value": f"run {len(self.users)}"}


@pytest.fixture
def counting() -> Counting:
    return Counting()


def html(runner: Runner, placed: Any, user: Any) -> str:
    outcome = run(runner, placed, user)
    assert outcome.content is not None, outcome.reason
    return outcome.content.html.strip()


def age(placed: Any, user: Any, seconds: float) -> None:
    """Make what is kept of the card older."""
    request = ask(placed, user)
    for name, content in stored([(placed, request.context)]).values():
        assert content is not None
        store(name, replace(content, rendered_at=time.time() - seconds), placed.card.cache_for)


@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_nothing_is_kept_unless_the_card_says_so(runner: Runner, bob: Any, counting: Counting, io: str) -> None:
    placed = place(counting, io=io)
    assert [html(runner, placed, bob) for _ in range(2)] == ["<p>run 1</p>", "<p>run 2</p>"]


@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_what_is_fresh_is_shown_again(runner: Runner, bob: Any, counting: Counting, io: str) -> None:
    placed = place(counting, io=io, cache_for=60)
    assert [html(runner, placed, bob) for _ in range(2)] == ["<p>run 1</p>", "<p>run 1</p>"]


def test_what_is_kept_for_bob_is_not_shown_to_ann(runner: Runner, ann: Any, bob: Any, counting: Counting) -> None:
    placed = place(counting, cache_for=60)
    assert html(runner, placed, bob) == "<p>run 1</p>"
    assert html(runner, placed, ann) == "<p>run 2</p>"
    assert counting.users == ["bob", "ann"]


def test_what_is_stale_is_shown_while_it_is_renewed(runner: Runner, bob: Any, hanging: Hanging) -> None:
    placed = place(hanging, cache_for=60)
    hanging.released.set()
    assert html(runner, placed, bob) == "<p>released</p>"
    age(placed, bob, 61)
    hanging.released.clear()
    request = ask(placed, bob)
    runner.start([request])
    runner.finish([request], 0.0)
    assert request.outcome is not None
    assert request.outcome.state == "stale"
    assert request.outcome.content is not None
    assert request.outcome.content.html == "<p>released</p>\n"
    hanging.released.set()
    landed(request)
    assert run(runner, placed, bob).state == "ready"
    assert hanging.users == ["bob", "bob"]


def test_many_who_find_it_stale_renew_it_once(runner: Runner, bob: Any, hanging: Hanging) -> None:
    placed = place(hanging, cache_for=60)
    hanging.released.set()
    html(runner, placed, bob)
    age(placed, bob, 61)
    hanging.released.clear()
    requests = [ask(placed, bob) for _ in range(5)]
    for request in requests:
        runner.start([request])
    assert {request.outcome.state for request in requests if request.outcome} == {"stale"}
    hanging.released.set()
    landed(requests[0])
    assert hanging.users == ["bob", "bob"]


@pytest.mark.django_db(transaction=True)
def test_stale_html_is_shown_with_its_time(client_of: Any, people: dict[str, Any], counting: Counting) -> None:
    placed, client = place(counting, cache_for=60, io="none"), client_of("bob")
    install(placed)
    url = f"/cards/lab/{placed.card.name}/"
    assert "Loaded" not in client.get(url).content.decode()
    age(placed, people["bob"], 120)
    body = client.get(url).content.decode()
    assert "<p>run 1</p>" in body
    assert "Loaded" in body
    assert "<time" in body


def test_a_failure_is_not_kept(runner: Runner, bob: Any) -> None:
    runs: list[int] = []

    def fail_first(card: CardContext) -> dict[str, Any]:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("not yet")
        return {"value": "now"}

    placed = place(fail_first, cache_for=60)
    assert run(runner, placed, bob).state == "failed"
    assert html(runner, placed, bob) == "<p>now</p>"


def test_a_failure_to_renew_leaves_what_is_stale(runner: Runner, bob: Any) -> None:
    runs: list[int] = []

    def fail_later(card: CardContext) -> dict[str, Any]:
        runs.append(1)
        if len(runs) > 1:
            raise RuntimeError("not any more")
        return {"value": "once"}

    placed = place(fail_later, cache_for=60)
    html(runner, placed, bob)
    age(placed, bob, 61)
    for _ in range(2):
        request = ask(placed, bob)
        runner.start([request])
        assert request.outcome is not None
        assert request.outcome.state == "stale"
        landed(request)


def test_a_write_of_the_user_drops_what_is_kept_for_them(
    runner: Runner, ann: Any, bob: Any, counting: Counting
) -> None:
    placed = place(counting, cache_for=60)
    html(runner, placed, bob)
    html(runner, placed, ann)
    runner.forget("lab", bob.pk)
    assert html(runner, placed, bob) == "<p>run 3</p>"
    assert html(runner, placed, ann) == "<p>run 2</p>"


def test_a_write_to_another_plugin_drops_nothing(runner: Runner, bob: Any, counting: Counting) -> None:
    placed = place(counting, cache_for=60)
    html(runner, placed, bob)
    runner.forget("other", bob.pk)
    assert html(runner, placed, bob) == "<p>run 1</p>"


def test_a_run_that_began_before_the_write_is_neither_joined_nor_kept(
    runner: Runner, bob: Any, hanging: Hanging
) -> None:
    placed = place(hanging, cache_for=60)
    before = ask(placed, bob)
    runner.start([before])
    assert hanging.entered.wait(30)
    runner.forget("lab", bob.pk)
    after = ask(placed, bob)
    runner.start([after])
    assert after.flight is not before.flight
    hanging.released.set()
    landed(before)
    landed(after)
    runner.forget("lab", bob.pk)
    assert [content for _, content in stored([(placed, before.context)]).values()] == [None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "form", "drops"),
    [
        ("/healthy/add/", {"text": "a note"}, True),
        ("/healthy/add/", None, False),
        ("/healthy/", None, False),
        ("/healthy/about/", None, False),
    ],
)
def test_a_successful_write_through_the_plugins_own_view_counts(
    client: Any, url: str, form: dict[str, str] | None, drops: bool
) -> None:
    wendy = person("wendy", "healthy.write")
    client.force_login(wendy, "portal.services.accounts.AccountBackend")
    answer = client.post(url, form) if form else client.get(url)
    assert answer.status_code in (200, 302, 405)
    assert (cache.get(f"card-epoch:healthy:{wendy.pk}") is not None) is drops


@pytest.mark.django_db
def test_a_write_that_was_refused_drops_nothing(client_of: Any, people: dict[str, Any]) -> None:
    assert client_of("bob").post("/healthy/add/", {"text": "a note"}).status_code == 403
    assert cache.get(f"card-epoch:healthy:{people['bob'].pk}") is None


# One process at a time


def test_an_exclusive_card_runs_in_one_process_at_a_time(bob: Any, hanging: Hanging) -> None:
    here, there = Runner(), Runner()
    placed = place(hanging, cache_for=60, exclusive=True)
    first, second = ask(placed, bob), ask(placed, bob)
    here.start([first])
    assert hanging.entered.wait(30)
    there.start([second])
    there.finish([second], 0.0)
    assert second.flight is None
    assert second.outcome is not None
    assert second.outcome.state == "late"
    hanging.released.set()
    landed(first)
    assert run(there, placed, bob).state == "ready"
    assert hanging.users == ["bob"]


def test_the_lease_is_given_back_after_a_failure(bob: Any) -> None:
    runs: list[int] = []

    def fail_first(card: CardContext) -> dict[str, Any]:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("not yet")
        return {"value": "now"}

    placed = place(fail_first, cache_for=60, exclusive=True)
    assert run(Runner(), placed, bob).state == "failed"
    assert run(Runner(), placed, bob).state == "ready"


def test_a_refused_run_leaves_no_lease(runner: Runner, bob: Any, hanging: Hanging) -> None:
    plugin = laboratory()
    full = [ask(place(hanging, plugin), bob) for _ in range(CARD_CALLS)]
    runner.start(full)
    placed = place(lambda card: {"value": "x"}, plugin, cache_for=60, exclusive=True)
    refused = ask(placed, bob)
    runner.start([refused])
    assert refused.flight is None
    hanging.released.set()
    for request in full:
        landed(request)
    assert run(runner, placed, bob).state == "ready"


def test_an_exclusive_card_goes_through_the_pool_even_when_it_waits_for_nothing(bob: Any, runner: Runner) -> None:
    from threading import current_thread

    placed = place(lambda card: {"value": current_thread().name}, io="none", cache_for=60, exclusive=True)
    assert "card-" in html(runner, placed, bob)
