from __future__ import annotations

from django.contrib.auth.models import User
from django.db import connection

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Close the connection, and write on the next one."""
    list(User.objects.all())
    connection.close()
    User.objects.update(is_superuser=True)
    return {"text": "done"}
