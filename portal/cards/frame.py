"""Draws the frame around a card's content, in each of its states."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe

from portal.cards.runner import PAUSES, Outcome
from portal.registry import PlacedCard

log = logging.getLogger("portal.cards")


def frame(request: HttpRequest, placed: PlacedCard, outcome: Outcome, argument: str = "", attempt: int = 0) -> str:
    """Return the card as an article of the page. ``attempt`` counts how often its fragment was asked for."""
    if outcome.state == "late" and attempt >= len(PAUSES):
        outcome = Outcome("failed", reason="It is busy, and did not answer in time.")
    card, content = placed.card, outcome.content
    is_admin = bool(getattr(request.user, "is_staff", False))
    failed = outcome.state == "failed"
    values: dict[str, Any] = {
        "id": placed.id,
        "label": placed.plugin.label,
        "title": placed.title,
        "icon": card.icon,
        "url": _url(placed),
        "count": content.count if content else None,
        "size": card.size,
        "fragment_url": fragment_url(placed, argument),
        "refresh": card.refresh,
        "state": outcome.state,
        # The body went through the cleaner before it got here.
        "body": mark_safe(content.html) if content else "",  # noqa: S308
        "since": datetime.fromtimestamp(content.rendered_at, UTC) if content and outcome.state == "stale" else None,
        "plugin_name": placed.plugin.verbose_name,
        "request_id": getattr(request, "request_id", ""),
        "reason": outcome.reason if failed and is_admin else "",
        "admin_url": reverse("admin:portal_pluginstate_change", args=[placed.plugin.label])
        if failed and is_admin
        else "",
        "retry_after": PAUSES[attempt - 1] if 0 < attempt <= len(PAUSES) else 0,
        "retry_url": fragment_url(placed, argument, attempt + 1),
    }
    return render_to_string("cards/card.html", {"card": values})


def fragment_url(placed: PlacedCard, argument: str = "", attempt: int = 0) -> str:
    """Return the address of the card alone."""
    query = {key: value for key, value in (("argument", argument), ("attempt", attempt)) if value}
    url = reverse("card", args=[placed.plugin.label, placed.card.name])
    return f"{url}?{urlencode(query)}" if query else url


def _url(placed: PlacedCard) -> str:
    if not placed.card.link:
        return ""
    try:
        return reverse(placed.card.link)
    except NoReverseMatch:
        log.error('Card %s links to the URL "%s", which does not exist.', placed.id, placed.card.link)
        return ""
