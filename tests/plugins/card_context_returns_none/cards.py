from __future__ import annotations

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Forget to return."""
