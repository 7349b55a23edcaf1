"""The queue in the database: what is enqueued, claimed by a worker, done, tried again or taken back.

A row is django-tasks-db's; retries, single enqueuing and taking back from dead workers are the portal's.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from traceback import TracebackException
from typing import Any

from django.conf import settings
from django.db import DataError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from portal.guard.transactions import no_transaction_left_open
from portal.models import PluginState, TaskFailure, TaskSchedule, TaskWorker
from portal.services.tasks import Options, Task, TaskResultStatus, options_of
from portal.tasks.declaring import NotRun, label_of, must_be_on

log = logging.getLogger("portal.tasks")

FIRST_PAUSE_SECONDS = 10
LONGEST_PAUSE_SECONDS = 3600
KEPT = timedelta(days=7)
FAILURES_KEPT = 1000


class Lost(Exception):
    """The worker that ran the task is gone."""


def enqueue_once(task: Task, *args: Any, **kwargs: Any) -> str:  # type: ignore[type-arg]
    """Enqueue a task unless one with the same arguments waits already, and return the id of the one that waits.

    One that waits for another try is brought forward. One that runs does not count: what it has read may be old.
    """
    with transaction.atomic():
        # A lock that two processes can't hold at once; on SQLite the transaction is one.
        list(PluginState.objects.select_for_update().filter(label=label_of(task.module_path)))
        waiting = DBTaskResult.objects.filter(
            status=TaskResultStatus.READY,
            task_path=task.module_path,
            args_kwargs={"args": list(args), "kwargs": kwargs},
        )
        known = waiting.first()
        if known is None:
            return str(task.enqueue(*args, **kwargs).id)
        waiting.filter(pk=known.pk).update(run_after=get_date_max())
        return str(known.pk)


def is_enqueued(task: Task) -> bool:  # type: ignore[type-arg]
    """Say whether a task, with whatever arguments, is due or runs."""
    found = DBTaskResult.objects.ready() | DBTaskResult.objects.running()
    return bool(found.filter(task_path=task.module_path).exists())


def claim(worker: str) -> DBTaskResult[..., Any] | None:
    """Give a worker the next task that is due, or None."""
    ready = DBTaskResult.objects.ready()
    # Looking first takes no lock, so that idle workers keep nobody from writing.
    if not ready.exists():
        return None
    with transaction.atomic():
        result = ready.select_for_update(skip_locked=True).first()
        if result is not None:
            result.claim(worker)
    return result


def run(result: DBTaskResult[..., Any], options: Options) -> None:
    """Run a claimed task and keep what comes of it. Raises DatabaseError when that can't be kept."""
    try:
        must_be_on(result.task_path)
        with no_transaction_left_open():
            value = result.task.call(*result.args_kwargs["args"], **result.args_kwargs["kwargs"])
        json.dumps(value)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - the boundary around a plugin's tasks
        failed(result, error, options)
    else:
        done = {"status": TaskResultStatus.SUCCESSFUL, "exception_class_path": "", "traceback": ""}
        try:
            with transaction.atomic():
                _end(result, return_value=value, **done)
        except DataError as error:
            failed(result, error, options)


def options_for(result: DBTaskResult[..., Any]) -> Options:
    """Return how a task is treated; the default for one that can't be imported."""
    try:
        return options_of(result.task) if label_of(result.task_path) else Options()
    except (Exception, SystemExit):  # noqa: BLE001 - importing is running a plugin's code, and run() reports it
        return Options()


def failed(result: DBTaskResult[..., Any], error: BaseException, options: Options) -> bool:
    """Note that a task failed, and let it be tried again after a pause unless it was often enough.

    Returns False, and notes nothing, when the attempt is over already.
    """
    attempts = len(result.worker_ids)
    again: datetime | None = None
    if attempts <= options.retries and not isinstance(error, NotRun):
        pause = min(FIRST_PAUSE_SECONDS * 4 ** (attempts - 1), LONGEST_PAUSE_SECONDS)
        again = timezone.now() + timedelta(seconds=0 if isinstance(error, Lost) else pause)
    described = TracebackException(type(error), error, error.__traceback__)
    message = _storable(f"{type(error).__name__}: {described}")
    details = _storable("".join(described.format()))
    with transaction.atomic():
        if again is None:
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            changed = _end(
                result, status=TaskResultStatus.FAILED, return_value=None, exception_class_path=kind, traceback=details
            )
        else:
            changed = _mine(result).update(status=TaskResultStatus.READY, run_after=again)
        if not changed:
            return False
        TaskFailure.objects.create(
            task=result.task_path,
            label=label_of(result.task_path),
            arguments=result.args_kwargs,
            attempt=attempts,
            message=message[:1000],
            traceback=details,
            again_at=again,
        )
    log.error("The task %s failed at attempt %d. %s", result.task_path, attempts, message)
    return True


def put_back(result: DBTaskResult[..., Any]) -> None:
    """Give a task back that a worker has no time to finish; the attempt does not count."""
    _mine(result).update(
        status=TaskResultStatus.READY, run_after=get_date_max(), worker_ids=list(result.worker_ids[:-1])
    )


def take_back(idle: str = "") -> int:
    """Let tasks of workers that have not been seen for long be run by others. Returns their number.

    The worker ``idle`` runs nothing at the moment: what is still its own could not be noted as ended.
    """
    # Who begins to run something after this was alive when the living are asked for.
    running = list(DBTaskResult.objects.running())
    alive = set(alive_workers().values_list("id", flat=True)) - {idle}
    taken = 0
    for result in running:
        worker = result.worker_ids[-1] if result.worker_ids else ""
        if worker not in alive:
            failed(result, Lost(f"The worker {worker} was not seen for {lost_after()} s."), options_for(result))
            taken += 1
    TaskWorker.objects.exclude(pk__in=alive).filter(seen_at__lt=_lost_before()).delete()
    return taken


def prune() -> None:
    """Forget what was done or failed more than seven days ago, and all but the last thousand failures."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()
    last = TaskFailure.objects.order_by("-pk").values_list("pk", flat=True)[FAILURES_KEPT : FAILURES_KEPT + 1]
    for pk in last:
        TaskFailure.objects.filter(pk__lte=pk).delete()


def alive_workers() -> Any:
    """The workers that were seen lately, by the clock of the database."""
    return TaskWorker.objects.filter(seen_at__gte=_lost_before())


def lost_after() -> int:
    """After how many seconds without a sign of life a worker counts as gone."""
    return int(settings.WORKER_LOST_SECONDS)


def _lost_before() -> Any:
    return Now() - timedelta(seconds=lost_after())


def _mine(result: DBTaskResult[..., Any]) -> Any:
    """The row while it is still this attempt: a worker that was thought dead must not undo what another has done."""
    return DBTaskResult.objects.filter(pk=result.pk, status=TaskResultStatus.RUNNING, worker_ids=result.worker_ids)


def _storable(text: str) -> str:
    """What any database stores: no NUL, no lone surrogates, as names of files may have."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _end(result: DBTaskResult[..., Any], **values: Any) -> int:
    changed: int = _mine(result).update(finished_at=timezone.now(), **values)
    if changed:
        TaskSchedule.objects.filter(result_id=result.pk).update(
            last_status=values["status"], last_finished_at=timezone.now()
        )
    return changed
