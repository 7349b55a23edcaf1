from __future__ import annotations

from typing import Any

from portal.api import CardContext

from .models import QuickLink


def quick(card: CardContext) -> dict[str, Any]:
    """Return the user's first links, as many as fit, and how many there are."""
    links = QuickLink.objects.visible_to(card.user)
    return {"links": links[: card.rows], "count": links.count()}
