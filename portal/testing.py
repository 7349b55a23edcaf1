"""What the tests of a plugin import: people, cards, switching plugins off."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models.functions import Now
from django.test import Client, TestCase, override_settings

from portal.cards.context import context_for
from portal.cards.runner import Outcome, Request, runner
from portal.cards.slots import resolve_argument
from portal.circuit import circuits
from portal.models import TaskWorker
from portal.registry import registry
from portal.services.snapshot import Snapshot
from portal.services.standing import EVERYONE
from portal.state import set_enabled, state
from portal.tasks import queue

__all__ = [
    "PluginTestCase",
    "person",
    "plugin_disabled",
    "render_card",
    "run_tasks",
    "take_from_everyone",
    "worker_alive",
]

PASSWORD = "a password for tests"  # noqa: S105 - a fixture, not a secret


def person(username: str, *permissions: str, admin: bool = False) -> Any:
    """Make an account that holds ``permissions`` ("todos.write") besides what everyone holds."""
    make = get_user_model().objects.create_superuser if admin else get_user_model().objects.create_user
    user = make(username=username, password=PASSWORD, first_name=username.title())
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return user


def take_from_everyone(*permissions: str) -> None:
    """Take default permissions away from every signed-in user, as an admin can."""
    everyone = Group.objects.get(name=EVERYONE)
    everyone.permissions.remove(*Permission.objects.filter(codename__in=permissions))


def render_card(card_id: str, user: Any, argument: str = "") -> Outcome:
    """Run the card "todos.mine" as ``user`` in this thread, so that it sees the rows of the test.

    ``outcome.state`` is "ready" or "failed", ``outcome.content.html`` the cleaned HTML, ``outcome.reason`` the error.
    Raises KeyError for an unknown card and Http404 for an argument this user may not see.
    """
    from django.test import RequestFactory

    placed = registry.cards[card_id]
    request = RequestFactory().get("/")
    request.user = user
    resolved = resolve_argument(user, placed.card.slot, argument)
    with override_settings(CARDS_IN_CALLER_THREAD=True):
        return runner.join(Request(placed, context_for(request, placed, resolved, argument)))


def run_tasks() -> int:
    """Run every task that is due in this thread, as a worker would, and return their number.

    A task that fails waits for its next try, and is not due. Schedules are left alone.
    """
    number = 0
    while result := queue.claim("tests"):
        queue.run(result, queue.options_for(result))
        number += 1
    return number


@contextmanager
def worker_alive() -> Iterator[None]:
    """Let ``has_worker()`` find a worker for the length of a block; ``run_tasks()`` does its work."""
    row = TaskWorker.objects.create(pk="tests", pid=os.getpid(), started_at=Now(), seen_at=Now() + timedelta(days=1))
    try:
        yield
    finally:
        row.delete()


@contextmanager
def plugin_disabled(label: str) -> Iterator[None]:
    """Switch a plugin off for the length of a block."""
    set_enabled(label, False, by_name="a test")
    state.forget()
    try:
        yield
    finally:
        set_enabled(label, True, by_name="a test")
        state.forget()


@override_settings(CARDS_IN_CALLER_THREAD=True)
class PluginTestCase(TestCase):
    """With Ann, an admin, and Bob, who holds what everyone holds. Cards run in the test's thread and see its rows."""

    ann: Any
    bob: Any

    @classmethod
    def setUpTestData(cls) -> None:
        """Make the people."""
        cls.ann, cls.bob = person("ann", admin=True), person("bob")

    def setUp(self) -> None:
        """Start with closed circuits and snapshots that no passing of time renews, so that queries can be counted."""
        Snapshot.forget_all()
        self.addCleanup(setattr, Snapshot, "seconds", Snapshot.seconds)
        Snapshot.seconds = math.inf
        circuits.reset()

    def client_of(self, user: Any) -> Client:
        """Return a client that is signed in as ``user``."""
        client = Client()
        client.force_login(user)
        return client
