"""What every test of the host and of the plugins starts with, and what a skipped test means."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.core.cache import caches
from django.test import TransactionTestCase

WANTED = "CI"
# make test-fuzz tries many more; how long one takes says little beside other processes.
hypothesis.settings.register_profile(
    "portal", max_examples=int(os.environ.get("FOYER_EXAMPLES", "100")), deadline=None, print_blob=True
)
hypothesis.settings.load_profile("portal")
LONGEST = [("tests", name) for name in ("compat", "browser", "production", "contract", "csp", "tasks", "identity")]


@pytest.fixture(autouse=True)
def _as_in_a_new_process(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """Let no test see the snapshot, circuits, cards and counters of another. Cards run in the caller's thread.

    A test marked ``threads`` has them run on the pool, as they do in a server.
    """
    from portal.circuit import circuits
    from portal.services.snapshot import Snapshot

    settings.CARDS_IN_CALLER_THREAD = request.node.get_closest_marker("threads") is None
    Snapshot.forget_all()
    circuits.reset()
    if not settings.REDIS_URL:
        for cache in caches.all(initialized_only=True):
            cache.clear()
    yield
    Snapshot.forget_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database, which alone is worth running again on another one, and put what takes longest first.

    Side by side, no process is then left alone with a long file at the end.
    """
    items.sort(key=_place)
    for item in items:
        fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        case = getattr(item, "cls", None)
        if fixtures or item.get_closest_marker("django_db") or (case and issubclass(case, TransactionTestCase)):
            item.add_marker("database")


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(item.config.rootpath).parts[:2]
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let a skipped test fail in CI, where everything that tests need is there."""
    outcome: Any = yield
    _demand(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Let a skipped module fail in CI."""
    outcome: Any = yield
    _demand(outcome.get_result())


def _demand(report: Any) -> None:
    if report.skipped and os.environ.get(WANTED) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"With {WANTED} set nothing is skipped. {_reason(report)}"


def _reason(report: Any) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(reason).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line what was skipped, for want of what."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        wants = "; ".join(f"{number} for want of this: {reason}" for reason, number in reasons.most_common())
        terminalreporter.write_line(f"Skipped {sum(reasons.values())} tests. {wants}")
