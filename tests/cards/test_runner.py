"""Where a card runs, who waits for whom, and that nobody sees another's."""

from __future__ import annotations

import re
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from threading import Barrier, current_thread
from typing import Any

import pytest

from portal.api import CardContext
from portal.cards import runner as runner_module
from portal.cards.runner import PAUSES, Runner
from portal.circuit import CARD_CALLS
from portal.registry import registry
from tests.cards.laboratory import PATIENCE, Hanging, ask, install, laboratory, landed, place, run

pytestmark = pytest.mark.threads
with_accounts = pytest.mark.django_db(transaction=True)


def thread_name(card: CardContext) -> dict[str, Any]:
    return {"value": current_thread().name}


def test_a_card_that_waits_for_the_network_runs_on_the_pool(runner: Runner, bob: Any) -> None:
    assert "card-" in run(runner, place(thread_name, io="net"), bob).content.html  # type: ignore[union-attr]


@pytest.mark.parametrize("io", ["db", "none"])
def test_other_cards_run_in_the_thread_of_the_request(runner: Runner, bob: Any, io: str) -> None:
    outcome = run(runner, place(thread_name, io=io), bob)
    assert outcome.content is not None
    assert current_thread().name in outcome.content.html


def test_requests_of_one_person_for_one_card_share_a_run(runner: Runner, bob: Any, hanging: Hanging) -> None:
    placed = place(hanging)
    requests = [ask(placed, bob) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda request: runner.start([request]), requests))
        hanging.released.set()
    for request in requests:
        landed(request)
    runner.finish(requests, 0.0, wait_for_slow=True)
    assert hanging.users == ["bob"]
    assert {request.outcome.content.html for request in requests} == {"<p>released</p>\n"}  # type: ignore[union-attr]


def test_ann_and_bob_never_share_a_run(runner: Runner, ann: Any, bob: Any) -> None:
    together = Barrier(2)

    def own_name(card: CardContext) -> dict[str, Any]:
        together.wait(PATIENCE)
        return {"value": card.user.get_username()}

    placed = place(own_name)
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(lambda user: run(runner, placed, user), (ann, bob)))
    assert [outcome.content.html for outcome in outcomes] == ["<p>ann</p>\n", "<p>bob</p>\n"]  # type: ignore[union-attr]


def test_many_people_at_once_each_get_their_own(runner: Runner, ann: Any, bob: Any) -> None:
    placed = [place(lambda card: {"value": card.user.get_username()}, io=io) for io in ("net", "db", "none")]

    def visit(user: Any) -> bool:
        requests = [ask(one, user) for one in placed]
        runner.start(requests)
        runner.finish(requests, PATIENCE, wait_for_slow=True)
        contents = [request.outcome.content for request in requests if request.outcome]
        return all(content is None or content.html == f"<p>{user.get_username()}</p>\n" for content in contents)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(visit, [ann, bob] * 40))


def test_a_card_whose_argument_language_or_zone_differs_is_another_run(runner: Runner, bob: Any) -> None:
    from django.utils import timezone, translation

    runs: list[str] = []

    def note(card: CardContext) -> dict[str, Any]:
        runs.append(card.language)
        return {"value": "x"}

    placed = place(note, cache_for=60)
    run(runner, placed, bob)
    run(runner, placed, bob)
    with translation.override("de"):
        run(runner, placed, bob)
    with timezone.override("Asia/Tokyo"):
        run(runner, placed, bob)
    assert runs == ["en", "de", "en"]


def test_the_deadline_makes_only_pooled_cards_late(runner: Runner, bob: Any, hanging: Hanging) -> None:
    late = ask(place(hanging, io="net"), bob)
    inline = [ask(place(lambda card: {"value": "here"}, io=io), bob) for io in ("db", "none")]
    runner.start([late, *inline])
    runner.finish([late, *inline], seconds=0.0)
    assert late.outcome is not None
    assert late.outcome.state == "late"
    assert [request.outcome.state for request in inline if request.outcome] == ["ready", "ready"]


def test_inline_cards_are_ready_however_busy_the_processor_is(runner: Runner, bob: Any) -> None:
    def busy(card: CardContext) -> dict[str, Any]:
        return {"value": sum(range(200_000))}

    def visit(_: int) -> list[str]:
        requests = [ask(place(busy, io="none", plugin=laboratory(f"lab{number}")), bob) for number in range(4)]
        runner.start(requests)
        runner.finish(requests, runner_module.PAGE_SECONDS)
        return [request.outcome.state for request in requests if request.outcome]

    with ThreadPoolExecutor(4) as threads:
        for states in threads.map(visit, range(8)):
            assert states == ["ready"] * 4


def test_a_page_does_not_wait_for_a_card_that_has_been_running_for_a_while(
    runner: Runner, bob: Any, hanging: Hanging
) -> None:
    placed = place(hanging)
    first = ask(placed, bob)
    runner.start([first])
    assert first.flight is not None
    first.flight.started -= runner_module.SLOW_SECONDS
    second = ask(placed, bob)
    runner.start([second])
    # It would wait for the whole test if it waited at all.
    runner.finish([second], PATIENCE)
    assert second.outcome is not None
    assert second.outcome.state == "late"


def test_a_late_card_is_there_for_the_request_that_joins_it(runner: Runner, bob: Any, hanging: Hanging) -> None:
    placed = place(hanging)
    request = ask(placed, bob)
    runner.start([request])
    runner.finish([request], 0.0)
    assert request.outcome is not None
    assert request.outcome.state == "late"
    hanging.released.set()
    landed(request)
    outcome = runner.join(ask(placed, bob, again=True))
    assert outcome.state == "ready"
    assert hanging.users == ["bob"]


def test_what_landed_for_bob_is_not_there_for_ann(runner: Runner, ann: Any, bob: Any, hanging: Hanging) -> None:
    placed = place(hanging)
    request = ask(placed, bob)
    runner.start([request])
    runner.finish([request], 0.0)
    hanging.released.set()
    landed(request)
    run(runner, placed, ann)
    assert hanging.users == ["bob", "ann"]


def test_a_hanging_card_holds_no_thread_of_a_request(runner: Runner, bob: Any, hanging: Hanging) -> None:
    outcome = runner.join(ask(place(hanging), bob))
    assert outcome.state == "late"
    assert hanging.entered.wait(PATIENCE)
    assert current_thread() not in hanging.threads
    assert all(thread.daemon for thread in hanging.threads)


def test_a_crowd_that_joins_hanging_cards_leaves_request_threads_to_others(
    runner: Runner, bob: Any, hanging: Hanging, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever still waits for a card waits for the whole test.
    monkeypatch.setattr(runner_module, "JOIN_SECONDS", PATIENCE)
    monkeypatch.setattr(runner_module, "SLOW_SECONDS", PATIENCE)
    places = settings.REQUEST_THREADS // 4
    with ThreadPoolExecutor(places + 1) as threads:
        joins = [
            threads.submit(runner.join, ask(place(hanging, laboratory(f"lab{number}")), bob))
            for number in range(places + 1)
        ]
        done, waiting = wait(joins, return_when=FIRST_COMPLETED)
        assert (len(done), len(waiting)) == (1, places)
        hanging.released.set()
    assert sorted(join.result().state for join in joins) == ["late", *["ready"] * places]


def test_a_card_past_the_hard_limit_has_failed_and_is_left_behind(runner: Runner, bob: Any, hanging: Hanging) -> None:
    placed = place(hanging)
    request = ask(placed, bob)
    runner.start([request])
    assert request.flight is not None
    request.flight.started -= runner_module.HARD_LIMIT_SECONDS + 1
    assert request.flight.outcome().state == "failed"
    assert "10 seconds" in request.flight.outcome().reason
    again = ask(placed, bob)
    runner.start([again])
    assert again.flight is not request.flight


def test_a_plugin_runs_only_so_many_cards_at_once(runner: Runner, bob: Any, hanging: Hanging) -> None:
    plugin = laboratory()
    requests = [ask(place(hanging, plugin), bob) for _ in range(CARD_CALLS + 3)]
    runner.start(requests)
    runner.finish(requests, 0.0)
    assert [request.outcome.state for request in requests if request.outcome] == ["late"] * (CARD_CALLS + 3)
    hanging.released.set()
    for request in requests[:CARD_CALLS]:
        landed(request)
    assert len(hanging.users) == CARD_CALLS


def test_other_plugins_go_on_while_one_hangs(runner: Runner, bob: Any, hanging: Hanging) -> None:
    runner.start([ask(place(hanging, laboratory("hangs")), bob) for _ in range(CARD_CALLS + 3)])
    others = [place(lambda card: {"value": "fine"}, laboratory("fine"), io=io) for io in ("net", "db", "none")]
    assert [run(runner, placed, bob).state for placed in others] == ["ready"] * 3


def test_cards_that_hang_inline_do_not_take_the_next_request_with_them(
    runner: Runner, bob: Any, hanging: Hanging
) -> None:
    together = Barrier(runner_module.INLINE_CALLS_THAT_MAY_BLOCK + 1)

    def wait(card: CardContext) -> dict[str, Any]:
        together.wait(PATIENCE)
        return hanging(card)

    blocked = [place(wait, laboratory(f"blocked{number}"), io="db") for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(run, runner, placed, bob) for placed in blocked]
        together.wait(PATIENCE)
        outcome = run(runner, place(thread_name, laboratory("next"), io="db"), bob)
        hanging.released.set()
        assert [one.result().state for one in waiting] == ["ready"] * 4
    assert outcome.content is not None
    assert "card-" in outcome.content.html


def test_a_card_that_was_slow_inline_is_moved_to_the_pool(runner: Runner, bob: Any) -> None:
    def slow(card: CardContext) -> dict[str, Any]:
        time.sleep(runner_module.SLOW_SECONDS * 1.2)
        return thread_name(card)

    placed = place(slow, io="db")
    first, second = run(runner, placed, bob), run(runner, placed, bob)
    assert first.content is not None
    assert second.content is not None
    assert "card-" not in first.content.html
    assert "card-" in second.content.html


def test_latency_never_moves_a_card_out_of_the_pool(runner: Runner, bob: Any) -> None:
    placed = place(thread_name, io="net")
    for _ in range(25):
        outcome = run(runner, placed, bob)
        assert outcome.content is not None
        assert "card-" in outcome.content.html


@with_accounts
def test_patience_grows_and_ends(client_of: Any, hanging: Hanging) -> None:
    placed = place(hanging)
    install(placed)
    client = client_of("bob")
    url, delays = f"/cards/lab/{placed.card.name}/", []
    for attempt in range(1, len(PAUSES)):
        body = client.get(url, {"attempt": attempt}).content.decode()
        assert 'aria-busy="true"' in body
        assert f"attempt={attempt + 1}" in body
        delays.append(float(body.partition("load delay:")[2].partition("s")[0]))
    assert delays == sorted(delays)
    assert delays[0] < delays[-1]
    body = client.get(url, {"attempt": len(PAUSES)}).content.decode()
    assert "could not be loaded" in body
    assert "aria-busy" not in body
    assert hanging.users == ["bob"]


@with_accounts
def test_a_card_that_waits_for_its_turn_asks_less_often(client_of: Any, hanging: Hanging) -> None:
    plugin = laboratory()
    install(*(place(hanging, plugin) for _ in range(CARD_CALLS + 1)))
    client = client_of("bob")
    asked = re.findall(r'hx-get="([^"]+)"\s+hx-trigger="load delay:([\d.]+)s"', client.get("/").content.decode())
    assert [float(delay) for _, delay in asked] == [0.0] * CARD_CALLS + [PAUSES[-1]]
    assert [url.partition("attempt=")[2] for url, _ in asked] == ["1"] * CARD_CALLS + ["5"]


@with_accounts
def test_home_with_a_hanging_card_answers_with_its_skeleton_and_the_other_cards(
    client_of: Any, hanging: Hanging
) -> None:
    slow, quick = place(hanging), place(lambda card: {"value": "quick"}, laboratory("quick"), io="none")
    install(slow, quick)
    client = client_of("bob")
    home = client.get("/").content.decode()
    assert f'id="card-lab.{slow.card.name}"' in home
    assert 'aria-busy="true"' in home
    assert "<p>quick</p>" in home
    assert '<noscript><meta http-equiv="refresh" content="0;url=?wait=1"></noscript>' in home
    hanging.released.set()
    patient = client.get("/?wait=1").content.decode()
    assert "<p>released</p>" in patient
    assert "http-equiv" not in patient


@pytest.mark.django_db
def test_home_without_cards_says_so(client_of: Any) -> None:
    registry.build([])
    assert "No cards yet" in client_of("bob").get("/").content.decode()


@pytest.mark.django_db
def test_home_with_a_card_does_not_say_that_there_are_none(client_of: Any) -> None:
    install(place(lambda card: {"value": "x"}, io="none"))
    assert "No cards yet" not in client_of("bob").get("/").content.decode()


def test_what_a_card_raises_is_its_own_failure(runner: Runner, bob: Any) -> None:
    for error in (RuntimeError("torn"), SystemExit(3), RecursionError(), GeneratorExit()):

        def fail(card: CardContext, error: BaseException = error) -> dict[str, Any]:
            raise error

        for io in ("net", "db", "none"):
            outcome = run(runner, place(fail, laboratory(f"{type(error).__name__.lower()}{io}"), io=io), bob)
            assert outcome.state == "failed"
            assert type(error).__name__ in outcome.reason


def test_a_thread_of_the_pool_outlives_whatever_a_card_raises(runner: Runner, bob: Any, settings: Any) -> None:
    settings.CARD_THREADS = 1

    def interrupt(card: CardContext) -> dict[str, Any]:
        raise KeyboardInterrupt

    assert run(runner, place(interrupt, laboratory("interrupts")), bob).state == "failed"
    assert run(runner, place(thread_name, laboratory("fine")), bob).state == "ready"


@pytest.mark.parametrize("value", [None, "text", [("a", 1)], 1])
def test_a_context_that_is_not_a_mapping_is_a_failure_that_says_so(runner: Runner, bob: Any, value: Any) -> None:
    outcome = run(runner, place(lambda card: value), bob)
    assert outcome.state == "failed"
    assert f"returned {type(value).__name__}: return a mapping" in outcome.reason


def test_html_up_to_the_limit_is_shown_and_no_more(runner: Runner, bob: Any) -> None:
    around = len("<p></p>\n")
    for size, state in ((runner_module.LARGEST_HTML - around, "ready"), (runner_module.LARGEST_HTML + 1, "failed")):
        assert run(runner, place(lambda card, size=size: {"value": "x" * size}), bob).state == state


@pytest.mark.django_db
def test_a_count_is_shown_in_the_heading(client_of: Any) -> None:
    placed = place(lambda card: {"value": "x", "count": 17}, io="none")
    install(placed)
    assert '<span class="count">17</span>' in client_of("bob").get(f"/cards/lab/{placed.card.name}/").content.decode()


@pytest.mark.django_db
def test_the_reason_of_a_failure_is_for_admins(client_of: Any) -> None:
    def fail(card: CardContext) -> dict[str, Any]:
        raise RuntimeError("the password is swordfish")

    placed = place(fail, io="none")
    install(placed)
    url = f"/cards/lab/{placed.card.name}/"
    bodies = {name: client_of(name).get(url).content.decode() for name in ("ann", "bob")}
    assert "swordfish" in bodies["ann"]
    assert "swordfish" not in bodies["bob"]
    assert "could not be loaded" in bodies["bob"]
