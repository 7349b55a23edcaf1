"""What a plugin's tasks.py declares its tasks with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from portal.registry import registry
from portal.services.tasks import LONGEST_SECONDS, RETRIES, Options, Task, make_task
from portal.state import is_on


class NotRun(Exception):
    """The task was not run, because its plugin is off or not loaded; trying again would change nothing."""


@overload
def task(function: Callable[..., Any], /) -> Task: ...  # type: ignore[type-arg]
@overload
def task(*, retries: int = RETRIES, seconds: int = LONGEST_SECONDS) -> Callable[[Callable[..., Any]], Task]: ...  # type: ignore[type-arg]
def task(
    function: Callable[..., Any] | None = None, /, *, retries: int = RETRIES, seconds: int = LONGEST_SECONDS
) -> Any:
    """Make a function of a plugin's ``tasks.py`` a task, ``@task`` or ``@task(retries=5)``.

    It is called in a worker with arguments that are JSON. One that raises is tried again up to ``retries`` times
    (0 to 20), after pauses that grow; one that takes longer than ``seconds`` (1 to 86,400) is given up with its
    worker process. While its plugin is off it is not run. Raises ValueError for values outside these limits.
    """
    if not 0 <= retries <= 20 or not 1 <= seconds <= 86_400:
        raise ValueError("retries must be from 0 to 20, and seconds from 1 to 86,400.")

    def declare(function: Callable[..., Any]) -> Task:  # type: ignore[type-arg]
        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            must_be_on(function.__module__)
            return function(*args, **kwargs)

        guarded.options = Options(retries, seconds)  # type: ignore[attr-defined]
        return make_task(guarded)

    return declare if function is None else declare(function)


def label_of(path: str) -> str:
    """Return the label of the loaded plugin whose code ``path`` ("plugins.catalog.tasks.refresh") is, or ""."""
    names = ((one.plugin.name, label) for label, one in registry.plugins.items())
    return max(((name, label) for name, label in names if f"{path}.".startswith(f"{name}.")), default=("", ""))[1]


def must_be_on(path: str) -> None:
    """Raise NotRun unless ``path`` belongs to a plugin that is loaded, migrated and switched on."""
    label = label_of(path)
    if not label:
        raise NotRun(f"No loaded plugin has {path}.")
    if not is_on(label):
        raise NotRun(f"The plugin {label} is switched off.")
