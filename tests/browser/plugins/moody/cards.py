from __future__ import annotations

import time
from itertools import count
from typing import Any

from django.conf import settings

from portal.api import CardContext

# Long enough to land while nobody is waiting for it: the page asks again after 0.3 and 0.6 s.
LATE_SECONDS = 1.2
MOOD = settings.VAR_DIR / "mood"
runs = count(1)


def late(card: CardContext) -> dict[str, Any]:
    """Take longer than a page waits, then fill the card to its last row."""
    run = next(runs)
    time.sleep(LATE_SECONDS)
    return {"rows": [f"Row {number} of run {run}" for number in range(1, card.rows + 1)], "count": 23}


def failing(card: CardContext) -> dict[str, Any]:
    """Fail until a test has written a mood into the file."""
    return {"mood": MOOD.read_text()}


def whose(card: CardContext) -> dict[str, Any]:
    """Say who asked, so that an answer given to the wrong person shows."""
    return {"name": card.user.first_name}
