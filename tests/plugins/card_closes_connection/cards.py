from __future__ import annotations

from django.contrib.auth.models import User
from django.db import connection

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Close."""
    list(User.objects.all())
    connection.close()
    return {"text": "closed"}
