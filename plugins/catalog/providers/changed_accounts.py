"""Has the entities of accounts read when an account or its teams change; the first sign-in makes an account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from plugins.catalog.providers.people import ACCOUNTS
from plugins.catalog.refresh import enqueue
from portal.api import config, has_worker, is_on

SIGN_IN = frozenset(("last_login",))


def follow_accounts() -> None:
    """Connect to what changes accounts."""
    accounts: Any = get_user_model()
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=accounts, dispatch_uid="catalog.accounts")
    m2m_changed.connect(_changed, sender=accounts.groups.through, dispatch_uid="catalog.accounts")


def _changed(update_fields: frozenset[str] | None = None, action: str = "", **kwargs: Any) -> None:
    if update_fields != SIGN_IN and not action.startswith("pre_"):
        transaction.on_commit(_read_soon, robust=True)


def _read_soon() -> None:
    # Without a worker, whoever signs in would wait for the reading.
    if is_on("catalog") and config.of("catalog").providers.accounts and has_worker():
        enqueue(origin=f"provider:{ACCOUNTS}")
