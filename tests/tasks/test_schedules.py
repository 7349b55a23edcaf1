"""Work that comes again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from portal.models import TaskSchedule
from portal.tasks import schedules
from portal.testing import plugin_disabled, run_tasks
from tests.plugins.healthy import tasks
from tests.plugins.healthy.models import Note

pytestmark = pytest.mark.django_db
KEY = "healthy.sweep"


@pytest.fixture(autouse=True)
def _only_that_of_the_test() -> None:
    schedules.write_rows()
    TaskSchedule.objects.exclude(pk=KEY).delete()


def row() -> TaskSchedule:
    return TaskSchedule.objects.get(pk=KEY)


def test_it_is_due_at_once_and_then_after_its_interval() -> None:
    assert (schedules.enqueue_due(), schedules.enqueue_due()) == (1, 0)
    run_tasks()
    assert Note.objects.filter(text="swept").count() == 1
    assert (row().last_status, row().next_run > row().last_run + timedelta(seconds=590)) == ("SUCCESSFUL", True)
    TaskSchedule.objects.update(next_run=Now())
    assert schedules.enqueue_due() == 1


def test_while_the_last_run_still_waits_there_is_no_second() -> None:
    schedules.enqueue_due()
    TaskSchedule.objects.update(next_run=Now())
    schedules.enqueue_due()
    assert run_tasks() == 1


def test_a_plugin_that_is_off_has_nothing_enqueued() -> None:
    with plugin_disabled("healthy"):
        assert schedules.enqueue_due() == 0
    assert schedules.enqueue_due() == 1


def test_an_interval_of_never_has_no_row() -> None:
    schedules.write_rows()
    assert not TaskSchedule.objects.filter(pk="healthy.never").exists()


def test_an_interval_that_raises_stops_no_other_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise RuntimeError("no clock")

    monkeypatch.setattr(tasks, "never", broken)
    schedules.write_rows()
    assert schedules.enqueue_due() >= 1


def test_rows_of_schedules_that_are_gone_are_removed_and_a_shorter_interval_counts_at_once() -> None:
    TaskSchedule.objects.create(pk="gone.refresh", every=60, next_run=Now())
    TaskSchedule.objects.update(every=86_400, next_run=Now() + timedelta(days=1))
    schedules.write_rows()
    assert not TaskSchedule.objects.filter(pk="gone.refresh").exists()
    assert row().every == 600
    assert TaskSchedule.objects.filter(pk=KEY, next_run__lte=Now() + timedelta(seconds=601)).exists()
