"""How old the numbers of the list may be."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from plugins.catalog.models import Entity
from plugins.catalog.queries import counting
from plugins.catalog.queries.counting import Counts, Steady
from plugins.catalog.revision import revision
from plugins.catalog.tests.files import component, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still unless it is set, and nothing that was counted before."""
    now = [1000.0]
    monkeypatch.setattr(counting, "steady", Steady())
    with patch.object(counting.time, "monotonic", lambda: now[0]):
        yield now


def number(clock, seconds=0.0):
    """How many components there are by the counts, where counting takes some seconds."""
    rows = Entity.objects.filter(kind="Component")
    count = rows.count

    def slow():
        clock[0] += seconds
        return count()

    with patch.object(rows, "count", slow):
        return Counts().number(rows)


def add(*names):
    fill(a="---\n".join(map(component, names)))


def test_numbers_are_those_of_the_present_where_counting_is_quick(clock):
    add("one")
    assert number(clock, 0.05) == 1
    add("one", "two")
    assert number(clock, 0.05) == 2


def test_numbers_that_took_long_are_shown_for_a_while_after_a_change(clock):
    add("one")
    assert number(clock, 1.0) == 1
    add("one", "two")
    clock[0] += 15
    assert number(clock, 1.0) == 1
    clock[0] += 6
    assert number(clock, 1.0) == 2


def test_they_are_shown_for_no_more_than_a_minute(clock):
    add("one")
    assert number(clock, 30.0) == 1
    revision.advance()
    add("one", "two")
    clock[0] += 61
    assert number(clock) == 2
