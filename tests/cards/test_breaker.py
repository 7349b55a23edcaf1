"""A plugin whose cards keep failing or hanging is given a pause, and comes back by a trial."""

from __future__ import annotations

from typing import Any

import pytest

from portal.api import CardContext
from portal.cards.runner import Runner
from portal.circuit import CARD_CALLS, FAILURES_TO_OPEN, FIRST_PAUSE_SECONDS, OVERDUE_SECONDS
from tests.cards.conftest import Clock
from tests.cards.laboratory import Hanging, ask, install, laboratory, place, run

pytestmark = pytest.mark.threads


class Moody:
    """A context function that fails while it is told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.fails = True

    def __call__(self, card: CardContext) -> dict[str, Any]:
        self.runs += 1
        if self.fails:
            raise RuntimeError("the backend is away")
        return {"value": "back"}


@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_it_opens_within_five_failures_and_answers_without_asking(
    runner: Runner, bob: Any, clock: Clock, io: str
) -> None:
    moody = Moody()
    placed = place(moody, io=io)
    for _ in range(20):
        assert run(runner, placed, bob).state == "failed"
    assert moody.runs <= FAILURES_TO_OPEN
    outcome = run(runner, placed, bob)
    assert "given a pause" in outcome.reason
    assert "the backend is away" in outcome.reason


def test_it_comes_back_by_a_trial(runner: Runner, bob: Any, clock: Clock) -> None:
    moody = Moody()
    placed = place(moody)
    for _ in range(FAILURES_TO_OPEN + 1):
        run(runner, placed, bob)
    tried = moody.runs
    moody.fails = False
    assert run(runner, placed, bob).state == "failed"
    assert moody.runs == tried
    clock.advance(FIRST_PAUSE_SECONDS)
    assert run(runner, placed, bob).state == "ready"
    assert run(runner, placed, bob).state == "ready"


def test_calls_that_hang_open_it_while_they_hang(runner: Runner, bob: Any, clock: Clock, hanging: Hanging) -> None:
    plugin = laboratory()
    runner.start([ask(place(hanging, plugin), bob) for _ in range(CARD_CALLS)])
    fine = place(lambda card: {"value": "fine"}, plugin)
    request = ask(fine, bob)
    runner.start([request])
    runner.finish([request], 0.0)
    assert request.outcome is not None
    assert request.outcome.state == "late"
    clock.advance(OVERDUE_SECONDS + 1)
    outcome = run(runner, fine, bob)
    assert outcome.state == "failed"
    assert "did not answer within 10 seconds" in outcome.reason


def test_an_open_breaker_leaves_what_is_kept(runner: Runner, bob: Any, clock: Clock) -> None:
    plugin = laboratory()
    kept = place(lambda card: {"value": "kept"}, plugin, cache_for=60)
    assert run(runner, kept, bob).state == "ready"
    for _ in range(FAILURES_TO_OPEN + 1):
        run(runner, place(Moody(), plugin), bob)
    assert run(runner, kept, bob).state == "ready"


def test_other_plugins_are_not_affected(runner: Runner, bob: Any, clock: Clock) -> None:
    for _ in range(FAILURES_TO_OPEN + 1):
        run(runner, place(Moody(), laboratory("moody")), bob)
    assert run(runner, place(lambda card: {"value": "fine"}, laboratory("fine")), bob).state == "ready"


@pytest.mark.django_db(transaction=True)
def test_admins_see_what_is_tripped_and_why(client_of: Any, clock: Clock) -> None:
    placed = place(Moody(), io="none")
    install(placed)
    for _ in range(FAILURES_TO_OPEN + 1):
        client_of("ann").get(f"/cards/lab/{placed.card.name}/")
    page = client_of("ann").get("/admin/portal/pluginstate/").content.decode()
    assert "! tripped" in page
    assert "the backend is away" in page
    assert client_of("ann").get("/readyz").json()["status"] == "degraded"
