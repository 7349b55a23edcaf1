"""The state of the index, which answers of the API are kept under, and how long they are good by themselves."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min
from django.utils import timezone

from plugins.search.models import Document
from portal.api import Revision

LONGEST_SECONDS = 60.0

revision = Revision("search")

# What was last read: the token of the state, and the next moment from which on a document is found.
_read: tuple[str, datetime | None] | None = None


def seconds_until_more() -> float:
    """Return how long the same is found while nothing is written: some documents are found from a moment on."""
    global _read
    token, now = revision.recent(), timezone.now()
    if _read is None or _read[0] != token or (_read[1] and _read[1] <= now):
        later = Document.objects.filter(not_before__gt=now).aggregate(next=Min("not_before"))
        _read = token, later["next"]
    _, following = _read
    return min(LONGEST_SECONDS, (following - now).total_seconds()) if following else LONGEST_SECONDS
