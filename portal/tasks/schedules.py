"""Work that comes again: each schedule has a row, and whichever worker finds it due enqueues its task."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least, Now
from django.utils.module_loading import import_string

from portal.models import TaskSchedule
from portal.registry import PlacedSchedule, registry
from portal.state import is_on
from portal.tasks.queue import enqueue_once

log = logging.getLogger("portal.tasks")


def write_rows() -> None:
    """Make the rows of the declared schedules, and remove those of schedules that are gone. A new one is due at once.

    A shorter interval counts from now on, not after the longer one has passed.
    """
    TaskSchedule.objects.exclude(pk__in=list(registry.schedules)).delete()
    for key, one in registry.schedules.items():
        every = interval(one)
        if every is None:
            TaskSchedule.objects.filter(pk=key).delete()
            continue
        row, created = TaskSchedule.objects.get_or_create(pk=key, defaults={"every": every, "next_run": Now()})
        if not created and row.every != every:
            soon = Now() + timedelta(seconds=every)
            TaskSchedule.objects.filter(pk=key).update(every=every, next_run=Least(F("next_run"), soon))


def interval(one: PlacedSchedule) -> int | None:
    """Return the seconds between two runs, or None when the plugin's configuration says never."""
    every = one.schedule.every
    if isinstance(every, int):
        return every
    try:
        seconds = import_string(every)()
        return None if not seconds else max(1, int(seconds))
    except (Exception, SystemExit):  # noqa: BLE001 - plugin code; one schedule must not stop the others
        log.exception("The interval of schedule %s can't be told, so it does not run.", one.key)
        return None


def enqueue_due() -> int:
    """Enqueue the task of every schedule that is due and whose plugin is on. Returns their number."""
    number = 0
    for row in TaskSchedule.objects.filter(next_run__lte=Now()):
        one = registry.schedules.get(row.key)
        if one is None or not is_on(one.plugin.label):
            continue
        with transaction.atomic():
            due = TaskSchedule.objects.filter(pk=row.pk, next_run__lte=Now())
            if not due.update(next_run=Now() + timedelta(seconds=row.every)):
                continue
            result = enqueue_once(import_string(one.schedule.task))
            TaskSchedule.objects.filter(pk=row.pk).update(last_run=Now(), result_id=result)
            number += 1
    return number
