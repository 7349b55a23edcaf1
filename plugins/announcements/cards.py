from __future__ import annotations

from typing import Any

from portal.api import CardContext

from .models import Announcement


def current(card: CardContext) -> dict[str, Any]:
    """Return what holds now and the user has not dismissed, as much as fits, and how many that are."""
    announcements = Announcement.objects.current().for_user(card.user).filter(is_dismissed=False)
    return {"announcements": announcements[: card.rows], "count": announcements.count()}
