"""Django's tasks framework: its own from Django 6.0 on, before that the package django-tasks, which is the same."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or not find_spec("django.tasks"):
    from django_tasks import TaskResultStatus
    from django_tasks import task as make_task
    from django_tasks.base import Task
else:
    from django.tasks import TaskResultStatus
    from django.tasks import task as make_task
    from django.tasks.base import Task

__all__ = ["LONGEST_SECONDS", "RETRIES", "Options", "Task", "TaskResultStatus", "make_task", "options_of"]

RETRIES = 3
LONGEST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Options:
    """How a task is treated: ``retries`` after a failure, and after how many ``seconds`` it is given up."""

    retries: int = RETRIES
    seconds: int = LONGEST_SECONDS


def options_of(task: Any) -> Options:
    """Return the options a task was declared with."""
    found = getattr(task.func, "options", None)
    return found if isinstance(found, Options) else Options()
