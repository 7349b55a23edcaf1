from __future__ import annotations

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Return five megabytes."""
    return {"text": "x" * 5_000_000}
