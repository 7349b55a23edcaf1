from __future__ import annotations

import sys

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Exit."""
    sys.exit(1)
