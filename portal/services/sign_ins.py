"""Whose a session or a token is, kept in the process for half a second: programs ask many times in a row."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save

from portal.models import ApiToken
from portal.services.snapshot import Snapshot

_kept: Snapshot[dict[str, Any]] = Snapshot(lambda last: {})


def kept_user(credential: str, find: Callable[[], Any]) -> Any:
    """Return whom ``find()`` found for a credential, each time as an object of its own; None is asked for anew.

    Who signs out, is switched off or loses a token in this process is forgotten at once, in another process after
    half a second.
    """
    kept = _kept.get()
    user = kept.get(credential)
    if user is None and (user := find()) is not None:
        kept[credential] = copy.copy(user)
    return copy.copy(user)


def peek(credential: str) -> Any:
    """Return the user that is kept for a credential, not to be changed, or None when it had to be found anew."""
    return (_kept.peek() or {}).get(credential)


def follow_changes() -> None:
    """Have changes of this process seen at once."""
    for signal in (post_save, post_delete):
        for model in (get_user_model(), ApiToken):
            signal.connect(_kept.forget_with_commit, sender=model, dispatch_uid="portal.sign_ins")
    post_delete.connect(_kept.forget_with_commit, sender=Session, dispatch_uid="portal.sign_ins")
