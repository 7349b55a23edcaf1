from __future__ import annotations

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Raise."""
    raise RuntimeError("the card is torn")
