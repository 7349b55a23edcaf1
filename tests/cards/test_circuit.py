"""Bulkhead and breaker, by a clock that goes when it is told to."""

from __future__ import annotations

import math
import threading
import time
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from portal.circuit import (
    FAILURES_TO_OPEN,
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    OVERDUE_SECONDS,
    Call,
    Circuit,
    Circuits,
    Refused,
)
from tests.cards.conftest import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fail(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        circuit.leave(circuit.enter(), "It broke.")


def refusal(circuit: Circuit) -> Refused:
    with pytest.raises(Refused) as refused:
        circuit.enter()
    return refused.value


def test_so_many_calls_are_let_in_and_the_next_is_told_that_it_is_busy(clock: Clock) -> None:
    circuit = Circuit(3, clock=clock)
    calls = [circuit.enter() for _ in range(3)]
    assert refusal(circuit).reason == "busy"
    circuit.leave(calls[0])
    circuit.enter()


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 8, 16])
def test_it_opens_within_five_failures(clock: Clock, limit: int) -> None:
    circuit = Circuit(limit, clock=clock)
    fail(circuit, circuit.threshold)
    assert circuit.threshold <= FAILURES_TO_OPEN
    assert refusal(circuit).reason == "open"
    assert circuit.is_tripped()
    assert circuit.last_error == "It broke."


def test_failures_between_successes_do_not_open_it(clock: Clock) -> None:
    circuit = Circuit(4, clock=clock)
    for _ in range(20):
        fail(circuit, 3)
        circuit.leave(circuit.enter())
    assert not circuit.is_tripped()


def test_calls_that_hang_open_it_while_they_hang(clock: Clock) -> None:
    circuit = Circuit(4, clock=clock)
    hanging = [circuit.enter() for _ in range(4)]
    assert not circuit.is_tripped()
    clock.advance(OVERDUE_SECONDS + 1)
    assert circuit.is_tripped()
    assert refusal(circuit).reason == "open"
    assert "10 seconds" in circuit.last_error
    for call in hanging:
        circuit.leave(call)


def test_a_hanging_call_counts_once(clock: Clock) -> None:
    circuit = Circuit(4, clock=clock)
    call = circuit.enter()
    for _ in range(10):
        clock.advance(OVERDUE_SECONDS + 1)
        assert not circuit.is_tripped()
    circuit.leave(call, "It broke at last.")
    assert not circuit.is_tripped()


def test_a_trial_that_goes_well_closes_it(clock: Clock) -> None:
    circuit = Circuit(4, clock=clock)
    fail(circuit, 4)
    clock.advance(FIRST_PAUSE_SECONDS)
    trial = circuit.enter()
    assert refusal(circuit).reason == "open"
    circuit.leave(trial)
    assert not circuit.is_tripped()
    calls = [circuit.enter() for _ in range(4)]
    for call in calls:
        circuit.leave(call)


def test_a_trial_that_fails_opens_it_for_longer_up_to_half_a_minute(clock: Clock) -> None:
    circuit = Circuit(4, clock=clock)
    fail(circuit, 4)
    pauses = []
    for _ in range(6):
        pause = 0.0
        while True:
            try:
                call = circuit.enter()
            except Refused as refused:
                assert 1 <= refused.retry_after <= LONGEST_PAUSE_SECONDS
                clock.advance(0.5)
                pause += 0.5
            else:
                circuit.leave(call, "It broke again.")
                break
        pauses.append(pause)
    assert pauses == sorted(pauses)
    assert pauses[0] == FIRST_PAUSE_SECONDS
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_after_it_has_closed_the_pauses_begin_anew(clock: Clock) -> None:
    circuit = Circuit(4, clock=clock)
    for _ in range(3):
        fail(circuit, 4)
        clock.advance(LONGEST_PAUSE_SECONDS)
        circuit.leave(circuit.enter())
        assert not circuit.is_tripped()
    fail(circuit, 4)
    assert refusal(circuit).retry_after == FIRST_PAUSE_SECONDS


def test_a_call_that_is_sending_to_a_slow_client_is_never_overdue(clock: Clock) -> None:
    circuit = Circuit(4, clock=clock)
    for _ in range(4):
        circuit.enter().started = math.inf
    clock.advance(10_000)
    assert not circuit.is_tripped()
    assert refusal(circuit).reason == "busy"


def test_cards_and_requests_of_a_plugin_and_other_plugins_have_circuits_of_their_own(settings: Any) -> None:
    circuits = Circuits()
    fail(circuits.cards("a"), 4)
    assert circuits.cards("a").is_tripped()
    assert circuits.cards("a") is circuits.cards("a")
    assert not circuits.requests("a").is_tripped()
    assert not circuits.cards("b").is_tripped()
    assert circuits.tripped("a") == {"cards": "It broke."}
    assert circuits.tripped("b") == {}
    circuits.reset()
    assert circuits.tripped("a") == {}


@pytest.mark.parametrize(("threads", "limit"), [(4, 1), (8, 2), (16, 4), (17, 4), (64, 16)])
def test_a_quarter_of_the_request_threads_may_be_inside_one_plugin(settings: Any, threads: int, limit: int) -> None:
    settings.REQUEST_THREADS = threads
    assert Circuits().requests("a").limit == limit


class CircuitMachine(RuleBasedStateMachine):
    """Calls come, go, fail, hang, in any order, while time passes."""

    calls = Bundle("calls")

    @initialize(limit=st.integers(1, 6))
    def start(self, limit: int) -> None:
        self.clock = Clock()
        self.circuit = Circuit(limit, clock=self.clock)
        self.inside: set[int] = set()
        self.running: dict[int, Call] = {}
        self.hung: set[int] = set()
        self.refused_open_since: float | None = None

    @rule(target=calls)
    def enter(self) -> Any:
        try:
            call = self.circuit.enter()
        except Refused as refused:
            if refused.reason == "busy":
                assert len(self.running) == self.circuit.limit
            else:
                assert self.circuit.is_tripped()
                assert 1 <= refused.retry_after <= LONGEST_PAUSE_SECONDS
            return None
        assert len(self.running) < self.circuit.limit
        self.running[id(call)] = call
        return call

    @rule(call=consumes(calls), failed=st.booleans())
    def leave(self, call: Any, failed: bool) -> None:
        if call is None:
            return
        was_overdue = call.overdue
        del self.running[id(call)]
        self.circuit.leave(call, "It broke." if failed else "")
        if not failed and not was_overdue and not any(one.overdue for one in self.running.values()):
            assert not self.circuit.is_tripped()

    @rule(seconds=st.floats(0.1, 40))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @precondition(lambda self: not self.running)
    @rule()
    def recover(self) -> None:
        """However it stands, somebody is let in after the longest pause, and a success then closes it."""
        self.clock.advance(LONGEST_PAUSE_SECONDS)
        self.circuit.leave(self.circuit.enter())
        assert not self.circuit.is_tripped()
        for call in [self.circuit.enter() for _ in range(self.circuit.limit)]:
            self.circuit.leave(call)

    @invariant()
    def holds_no_more_than_its_limit(self) -> None:
        if hasattr(self, "circuit"):
            assert len(self.running) <= self.circuit.limit

    @invariant()
    def hanging_calls_alone_trip_it(self) -> None:
        if hasattr(self, "circuit"):
            now = self.clock()
            hanging = sum(now - call.started > OVERDUE_SECONDS for call in self.running.values())
            if hanging >= self.circuit.threshold:
                assert self.circuit.is_tripped()


CircuitMachine.TestCase.settings = settings(stateful_step_count=40)
TestCircuit = CircuitMachine.TestCase


def test_who_comes_later_does_not_take_the_place_of_who_waits() -> None:
    asked = threading.Event()

    def clock() -> float:
        if threading.current_thread() is waiter:
            asked.set()
        return time.monotonic()

    circuit = Circuit(1, clock=clock)
    let_in: list[Call] = []
    waiter = threading.Thread(target=lambda: let_in.append(circuit.enter(wait=5.0)))
    first = circuit.enter()
    waiter.start()
    # It holds the circuit's lock while it looks at the clock, and gives it away only to wait.
    assert asked.wait(5.0)
    circuit.leave(first)
    assert refusal(circuit).reason == "busy"
    waiter.join(5.0)
    assert let_in


def test_who_gives_up_waiting_lets_the_next_one_in() -> None:
    circuit = Circuit(1)
    first = circuit.enter()
    outcomes: list[str] = []

    def enter(wait: float) -> None:
        try:
            circuit.leave(circuit.enter(wait))
            outcomes.append("let in")
        except Refused as refused:
            outcomes.append(refused.reason)

    threads = [threading.Thread(target=enter, args=(wait,)) for wait in (0.05, 5.0)]
    for thread in threads:
        thread.start()
    threads[0].join(5.0)
    circuit.leave(first)
    threads[1].join(5.0)
    assert outcomes == ["busy", "let in"]
