"""What a card may know. Never the request: no session, no messages, no CSRF token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone, translation

from portal.registry import PlacedCard
from portal.services.config import config
from portal.services.permissions import held_permissions

ROWS = {"S": 2, "M": 5, "L": 8}


@dataclass(frozen=True, slots=True)
class CardContext:
    """The one argument of a card's ``context`` function.

    user           the signed-in user, already loaded; None in a card that is shared between users
    permissions    the plugin permissions the user holds, "label.action"
    argument       what the slot's owner made of the string in ``argument_text``; None without an argument
    rows           how many rows fit the card's size
    config         the plugin's validated section of app-config.yaml, or None
    language, time_zone, script_prefix
                   active while the card runs
    request_id     for log lines
    """

    user: Any
    permissions: frozenset[str]
    argument: Any = None
    argument_text: str = ""
    rows: int = 5
    config: Any = None
    language: str = "en"
    time_zone: tzinfo = field(default_factory=timezone.get_default_timezone)
    script_prefix: str = "/"
    request_id: str = ""


def context_for(request: HttpRequest, placed: PlacedCard, argument: Any = None, argument_text: str = "") -> CardContext:
    """Freeze what ``placed`` may know of the request."""
    plugin = placed.plugin
    return CardContext(
        user=None if placed.card.shared else request.user,
        permissions=_permissions(request, placed),
        argument=argument,
        argument_text=argument_text,
        rows=ROWS[placed.card.size],
        config=config.of(plugin.label) if plugin.config_model else None,
        language=translation.get_language() or "en",
        time_zone=timezone.get_current_timezone(),
        script_prefix=get_script_prefix(),
        request_id=getattr(request, "request_id", ""),
    )


def _permissions(request: HttpRequest, placed: PlacedCard) -> frozenset[str]:
    user = request.user
    if getattr(user, "is_superuser", False):
        return frozenset(f"{placed.plugin.label}.{action}" for action in placed.plugin.permissions)
    return frozenset(one for one in held_permissions(user) if one.startswith(f"{placed.plugin.label}."))
