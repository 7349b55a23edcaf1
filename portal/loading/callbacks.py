"""Keeps what a plugin hangs into Django, signal receivers and system checks, from failing everybody else.

Django calls both in the middle of other people's work: one receiver that raises would fail every request or every save.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import transaction

from portal.guard.django_internals import replace_checks, replace_receivers
from portal.plugin import Plugin

log = logging.getLogger("portal.plugins")


def guard_callbacks(plugin: Plugin) -> None:
    """Guard the receivers and checks that the plugin has connected so far; later ones are as in Django."""
    replace_receivers(plugin.name, lambda receiver: _guarded_receiver(plugin.label, receiver))
    replace_checks(plugin.name, lambda check: _guarded_check(plugin.label, check))


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
