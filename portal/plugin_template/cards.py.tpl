from __future__ import annotations

from portal.api import CardContext


def greeting(card: CardContext) -> dict[str, str]:
    """Return what the card's template shows."""
    return {"name": card.user.get_short_name() or card.user.get_username()}
