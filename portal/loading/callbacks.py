"""Keeps what a plugin hangs into Django, signal receivers and system checks, from failing everybody else.

Django calls both in the middle of other people's work: one receiver that raises would fail every request or every save.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import partial, wraps
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import transaction

from portal.guard.django_internals import belongs_to, replace_checks, replace_receivers
from portal.plugin import Plugin

log = logging.getLogger("portal.plugins")


def guard_callbacks(plugins: Iterable[Plugin]) -> None:
    """Guard the receivers and checks that plugins have connected so far; later ones are as in Django."""
    labels = {plugin.name: plugin.label for plugin in plugins}

    def guarded(receiver: Callable[..., Any]) -> Callable[..., Any] | None:
        label = next((label for package, label in labels.items() if belongs_to(receiver, package)), None)
        return _guarded_receiver(label, receiver) if label else None

    # Signals are found by looking at every object there is, so all plugins are done in one go.
    replace_receivers(guarded)
    for package, label in labels.items():
        replace_checks(package, partial(_guarded_check, label))


def _guarded_receiver(label: str, receiver: Callable[..., Any]) -> Callable[..., Any]:
    """Let exceptions pass only where the sender is a model of the plugin: there, raising is how a save is refused."""

    @wraps(receiver)
    def guarded(sender: Any = None, **kwargs: Any) -> Any:
        if getattr(getattr(sender, "_meta", None), "app_label", None) == label:
            return receiver(sender=sender, **kwargs)
        # PostgreSQL refuses whatever follows an error in a transaction, unless it is taken back to a savepoint.
        savepoint = transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext()
        try:
            with savepoint:
                return receiver(sender=sender, **kwargs)
        except (Exception, SystemExit):  # noqa: BLE001 - the boundary around a plugin's receivers
            log.exception("A signal receiver of plugin %s failed, and what it was told of goes on.", label)
            return None

    return guarded


def _guarded_check(label: str, check: Callable[..., Any]) -> Callable[..., list[CheckMessage]]:
    """Report portal.W005 for a check that raises, since ``migrate`` runs the checks too."""

    @wraps(check)
    def guarded(**kwargs: Any) -> list[CheckMessage]:
        try:
            return list(check(**kwargs))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary around a plugin's system checks
            message = f"A system check of plugin {label} raised {type(error).__name__}: {error}"
            return [Warning(message, id="portal.W005")]

    return guarded
