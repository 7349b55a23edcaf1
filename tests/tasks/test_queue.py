"""What becomes of a task between being enqueued and being done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.models import TaskFailure, TaskWorker
from portal.registry import registry
from portal.tasks import queue
from portal.tasks.declaring import NotRun, task
from portal.testing import plugin_disabled, run_tasks
from tests.plugins.healthy import tasks
from tests.plugins.healthy.models import Note

pytestmark = pytest.mark.django_db


def only() -> DBTaskResult[..., Any]:
    return DBTaskResult.objects.get()


def make_due() -> None:
    DBTaskResult.objects.update(run_after=timezone.now())


def test_a_task_runs_with_its_arguments_and_its_value_is_kept() -> None:
    tasks.write.enqueue("hello")
    assert run_tasks() == 1
    assert (only().status, only().return_value) == ("SUCCESSFUL", Note.objects.get(text="hello").pk)


def test_the_same_task_waits_once_and_others_beside_it() -> None:
    first = queue.enqueue_once(tasks.write, "a")
    assert queue.enqueue_once(tasks.write, "a") == first
    assert queue.enqueue_once(tasks.write, "b") != first
    assert run_tasks() == 2


def test_a_task_that_runs_can_be_enqueued_again() -> None:
    first = queue.enqueue_once(tasks.write, "a")
    queue.claim("busy")
    assert queue.enqueue_once(tasks.write, "a") != first


def test_a_task_that_raises_is_kept_and_tried_again_later_as_often_as_it_says() -> None:
    tasks.fail.enqueue()
    assert run_tasks() == 1
    assert (only().status, run_tasks()) == ("READY", 0)
    make_due()
    assert run_tasks() == 1
    assert only().status == "FAILED"
    assert "the well is dry" in only().traceback
    last, first = TaskFailure.objects.all()
    assert (first.attempt, first.label, first.message) == (1, "healthy", "RuntimeError: the well is dry")
    assert first.again_at is not None
    assert (last.attempt, last.again_at) == (2, None)


def test_asking_for_a_task_that_waits_for_another_try_brings_it_forward() -> None:
    tasks.fail.enqueue()
    run_tasks()
    queue.enqueue_once(tasks.fail)
    assert run_tasks() == 1
    assert only().status == "FAILED"


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        (tasks.exit_process, "SystemExit: 3"),
        (tasks.return_no_json, "not JSON serializable"),
        (tasks.name_a_file, "ValueError: bad name ?"),
        (tasks.say_nothing, "Speechless: <exception str() failed>"),
    ],
)
def test_whatever_a_task_does_wrong_the_worker_goes_on(failing: Any, said: str) -> None:
    failing.enqueue()
    tasks.write.enqueue("after it")
    assert run_tasks() == 2
    assert said in TaskFailure.objects.get().message
    assert Note.objects.filter(text="after it").exists()


def test_a_plugin_that_is_off_does_not_run_its_tasks() -> None:
    tasks.write.enqueue("never")
    with plugin_disabled("healthy"):
        run_tasks()
        with pytest.raises(NotRun):
            tasks.write.call("never")
    assert (only().status, Note.objects.count()) == ("FAILED", 0)
    assert TaskFailure.objects.get().message == "NotRun: The plugin healthy is switched off."


def test_a_task_of_no_loaded_plugin_is_not_even_imported() -> None:
    DBTaskResult.objects.create(
        task_path="os.abort", args_kwargs={"args": [], "kwargs": {}}, backend_name="default", run_after=timezone.now()
    )
    run_tasks()
    assert TaskFailure.objects.get().message == "NotRun: No loaded plugin has os.abort."


def test_a_task_of_a_worker_that_was_not_seen_for_long_is_run_by_another() -> None:
    TaskWorker.objects.create(pk="alive", pid=1, started_at=Now(), seen_at=Now())
    TaskWorker.objects.create(pk="dead", pid=2, started_at=Now(), seen_at=Now() - timedelta(seconds=60))
    tasks.write.enqueue("left")
    left = queue.claim("dead")
    tasks.write.enqueue("going on")
    queue.claim("alive")
    assert queue.take_back() == 1
    assert [worker.pk for worker in TaskWorker.objects.all()] == ["alive"]
    assert run_tasks() == 1
    assert left is not None
    queue.failed(left, RuntimeError("too late"), queue.options_for(left))
    left.refresh_from_db()
    assert left.status == "SUCCESSFUL"


def test_a_value_that_the_database_refuses_is_a_failure() -> None:
    tasks.return_nul.enqueue()
    assert run_tasks() == 1
    assert only().status == ("FAILED" if connection.vendor == "postgresql" else "SUCCESSFUL")


def test_what_a_worker_begins_while_it_is_looked_for_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def begins() -> Any:
        TaskWorker.objects.create(pk="new", pid=1, started_at=Now(), seen_at=Now())
        queue.claim("new")
        return TaskWorker.objects.none()

    monkeypatch.setattr(queue, "alive_workers", begins)
    tasks.write.enqueue("once")
    assert (queue.take_back(), only().status) == (0, "RUNNING")


def test_a_task_that_takes_every_worker_with_it_is_given_up() -> None:
    tasks.fail.enqueue()
    for _ in range(2):
        assert queue.claim("dead")
        queue.take_back()
    assert only().status == "FAILED"
    assert "was not seen for 30 s" in only().traceback


def test_a_task_that_is_put_back_has_not_used_up_an_attempt() -> None:
    tasks.write.enqueue("later")
    claimed = queue.claim("stopping")
    assert claimed is not None
    queue.put_back(claimed)
    assert (only().status, only().worker_ids) == ("READY", [])
    assert run_tasks() == 1


def test_what_is_long_done_is_forgotten() -> None:
    tasks.write.enqueue("old")
    tasks.write.enqueue("new")
    run_tasks()
    old = DBTaskResult.objects.order_by("enqueued_at").first()
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=8))
    queue.prune()
    assert only().pk != old.pk


@pytest.mark.parametrize("limits", [{"retries": -1}, {"retries": 21}, {"seconds": 0}, {"seconds": 86_401}])
def test_limits_of_a_task_that_make_no_sense_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="retries must be"):
        task(**limits)


def test_the_registry_knows_the_schedules() -> None:
    assert {"healthy.sweep", "healthy.never"} <= registry.schedules.keys()
