from __future__ import annotations

import time

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Take a while."""
    time.sleep(0.3)
    return {"text": "at last"}
