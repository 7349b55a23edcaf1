"""System checks that the portal adds to Django's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models import ForeignKey

from portal.guard import guard
from portal.registry import registry
from portal.services.demo import refuse_demo_accounts


@register()
def quarantined_plugins(app_configs: Any = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Report portal.W001 for each plugin that failed at a door."""
    for failure in guard.failures.values():
        yield Warning(
            f"Plugin {failure.label} is quarantined: {failure.door} failed. {failure.message}",
            hint=f"manage.py plugins show {failure.label} prints the traceback.",
            id="portal.W001",
        )


@register()
def slots_exist(app_configs: Any = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Report portal.W002 for a card in a slot that no loaded plugin declares."""
    for one in registry.cards.values():
        if not one.card.slot.startswith("home:") and one.card.slot not in registry.slots:
            yield Warning(
                f"Card {one.id} asks for the slot {one.card.slot}, which no loaded plugin declares.", id="portal.W002"
            )


@register()
def foreign_keys_leave_no_constraint(app_configs: Any = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Report portal.W003 for a plugin's foreign key with a database constraint on a host model.

    Such a constraint outlives the plugin, and then blocks deleting the host's rows.
    """
    for one in registry.plugins.values():
        for model in one.plugin.get_models():
            for field in model._meta.local_fields:
                if not isinstance(field, ForeignKey) or field.related_model._meta.app_label == one.label:
                    continue
                if getattr(field, "db_constraint", False):
                    yield Warning(
                        f"{model._meta.label}.{field.name} has a constraint on {field.related_model._meta.label}.",
                        hint="Add db_constraint=False: once the plugin is gone, it would block deleting users.",
                        id="portal.W003",
                    )


@register()
def connections_suffice(app_configs: Any = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Report portal.E001 when the PostgreSQL pool is smaller than request and card threads together.

    A request thread keeps its connection while it waits for cards, so cards would starve.
    """
    options: Any = settings.DATABASES["default"].get("OPTIONS") or {}
    pool = options.get("pool")
    needed = settings.REQUEST_THREADS + settings.CARD_THREADS
    if isinstance(pool, dict) and pool["max_size"] < needed:
        yield Error(
            f"FOYER_DB_POOL is {pool['max_size']}, but {needed} threads may need a connection.",
            hint="Raise FOYER_DB_POOL, or lower FOYER_THREADS or FOYER_CARD_THREADS.",
            id="portal.E001",
        )


@register()
def no_demo_accounts(app_configs: Any = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Report portal.E002 in production while a demo account can sign in."""
    if settings.PRODUCTION:
        try:
            refuse_demo_accounts()
        except ImproperlyConfigured as error:
            yield Error(str(error), id="portal.E002")


@register()
def processes_share_a_cache(app_configs: Any = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Report portal.W004 for several processes without Redis: each would count and cache for itself."""
    if settings.PROCESSES > 1 and not settings.REDIS_URL:
        yield Warning(
            f"{settings.PROCESSES} processes have no cache in common: a rate limit of n means n per process.",
            hint="Set REDIS_URL, or FOYER_PROCESSES=1.",
            id="portal.W004",
        )
