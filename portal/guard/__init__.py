"""The boundary around plugin code at start-up: what fails behind a door is recorded, not raised.

Nothing here imports Django's registries, so that it works from the first line of settings on.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

log = logging.getLogger("portal.plugins")

DOORS = (
    "apps",
    "files",
    "models",
    "ready",
    "config",
    "commands",
    "templatetags",
    "urls",
    "api",
    "search",
    "tasks",
    "admin",
    "migrations",
    "checks",
)


class PluginError(Exception):
    """A plugin breaks a rule of the contract. The message says what was found and what to do."""


class PluginFailed(Exception):
    """Strict mode: a plugin failed at a door, and start-up stops."""


@dataclass(frozen=True)
class Failure:
    """Why a plugin is quarantined: the door it failed at, one sentence for people and the traceback."""

    label: str
    name: str
    door: str
    message: str
    traceback: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Guard:
    """Collects the failures of one process. In strict mode the first failure raises PluginFailed instead."""

    def __init__(self) -> None:
        self.strict = False
        self.failures: dict[str, Failure] = {}

    def failed(self, label: str) -> bool:
        """Say whether the plugin ``label`` has failed at any door so far."""
        return label in self.failures

    def record(self, label: str, name: str, door: str, error: BaseException) -> Failure:
        """Keep the first failure of a plugin; later ones follow from it."""
        message = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
        details = "".join(traceback.format_exception(error))
        failure = self.failures.setdefault(label, Failure(label, name, door, message, details))
        log.error("Plugin %s is quarantined: %s failed. %s", label, door, message)
        if self.strict:
            raise PluginFailed(f"Plugin {label} ({name}) failed at {door}: {message}") from error
        return failure

    @contextmanager
    def door(self, label: str, name: str, door: str) -> Iterator[None]:
        """Run a piece of start-up that executes plugin code. Whatever it raises becomes a Failure.

        SystemExit and other BaseExceptions count too, because a plugin must not end the process;
        only KeyboardInterrupt, which is the person at the keyboard, passes.
        """
        try:
            yield
        except (KeyboardInterrupt, PluginFailed):
            raise
        except BaseException as error:  # noqa: BLE001 - this is the boundary that keeps the host up
            self.record(label, name, door, error)


guard = Guard()
