from __future__ import annotations

import threading

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Wait for what never comes."""
    threading.Event().wait()
    return {}
