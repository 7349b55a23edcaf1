"""Draws the frame around a card's content, in each of its states."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.safestring import mark_safe

from portal.cards.runner import BUSY_ATTEMPT, PAUSES, Outcome
from portal.registry import PlacedCard
from portal.routing import address

BODY = "<!--body-->"


def frame(request: HttpRequest, placed: PlacedCard, outcome: Outcome, argument: str = "", attempt: int = 0) -> str:
    """Return the card as an article of the page. ``attempt`` counts how often its fragment was asked for."""
    if outcome.state == "late" and attempt >= len(PAUSES):
        outcome = Outcome("failed", reason="It is busy, and did not answer in time.")
    if outcome.is_busy:
        attempt = max(attempt, BUSY_ATTEMPT)
    card, content = placed.card, outcome.content
    is_admin = bool(getattr(request.user, "is_staff", False))
    values: dict[str, Any] = {
        "id": placed.id,
        "label": placed.plugin.label,
        "title": placed.title,
        "icon": card.icon,
        "url": address(card.link) if card.link else "",
        "count": content.count if content else None,
        "size": card.size,
        "fragment_url": fragment_url(placed, argument),
        "refresh": card.refresh,
        "state": outcome.state,
        "has_body": content is not None,
        "retry_after": _pause(attempt, outcome),
        "retry_url": fragment_url(placed, argument, attempt + 1),
    }
    if outcome.state == "stale" and content:
        html = _draw({**values, "since": datetime.fromtimestamp(content.rendered_at, UTC)})
    elif outcome.state == "failed":
        html = _draw(
            {
                **values,
                "plugin_name": placed.plugin.verbose_name,
                "request_id": getattr(request, "request_id", ""),
                "reason": outcome.reason if is_admin else "",
                "admin_url": reverse("admin:portal_pluginstate_change", args=[placed.plugin.label]) if is_admin else "",
            }
        )
    else:
        html = _draw_again(tuple(values.items()))
    before, _, after = html.partition(BODY)
    # The body went through the cleaner before it got here.
    return before + (content.html if content else "") + after


def _pause(attempt: int, outcome: Outcome) -> float:
    """Return the seconds until the card is asked for again; a page asks at once."""
    if outcome.is_busy:
        return PAUSES[-1]
    return PAUSES[attempt - 1] if 0 < attempt <= len(PAUSES) else 0.0


def _draw(values: dict[str, Any]) -> str:
    return render_to_string("cards/card.html", {"card": values, "body": mark_safe(BODY)})  # noqa: S308 - our own mark


# Without the body, a card has few faces: drawing the frame anew would take longer than most cards.
@lru_cache(maxsize=4096)
def _draw_again(values: tuple[tuple[str, Any], ...]) -> str:
    return _draw(dict(values))


@receiver(setting_changed)
def _forget_drawn(**_: Any) -> None:
    _draw_again.cache_clear()


def fragment_url(placed: PlacedCard, argument: str = "", attempt: int = 0) -> str:
    """Return the address of the card alone."""
    query = {key: value for key, value in (("argument", argument), ("attempt", attempt)) if value}
    url = _path(placed.plugin.label, placed.card.name, get_script_prefix())
    return f"{url}?{urlencode(query)}" if query else url


@lru_cache(maxsize=4096)
def _path(label: str, name: str, script_prefix: str) -> str:
    return reverse("card", args=[label, name])
