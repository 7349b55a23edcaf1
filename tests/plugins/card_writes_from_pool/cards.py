from __future__ import annotations

from django.contrib.auth.models import User

from portal.api import CardContext


def one(card: CardContext) -> dict[str, str]:
    """Make everyone a superuser."""
    User.objects.update(is_superuser=True)
    return {"text": "done"}
