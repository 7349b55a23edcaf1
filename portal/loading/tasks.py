"""Imports a plugin's tasks.py and refuses schedules that lead nowhere."""

from __future__ import annotations

from django.utils.module_loading import import_string

from portal.guard import PluginError
from portal.loading.submodules import submodule
from portal.plugin import Plugin
from portal.services.tasks import Task


def check_tasks(plugin: Plugin) -> None:
    """Raise PluginError for a schedule whose task or interval is not there; whatever tasks.py raises passes through."""
    module = submodule(plugin, "tasks")
    if module is None and plugin.schedules:
        raise PluginError("It has schedules, and no tasks.py with the tasks that they name.")
    for schedule in plugin.schedules:
        where = f'Schedule "{schedule.name}"'
        if not isinstance(_found(schedule.task, where), Task):
            raise PluginError(f"{where}: {schedule.task} is not a task; put @task of portal.api before the function.")
        if isinstance(schedule.every, str) and not callable(_found(schedule.every, where)):
            raise PluginError(f"{where}: {schedule.every} is not a function that returns seconds.")


def _found(path: str, where: str) -> object:
    try:
        return import_string(path)
    except ImportError as error:
        raise PluginError(f"{where}: {error}.") from error
