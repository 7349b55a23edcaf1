"""Personal API tokens: made and revoked by their owner, shown once, stored as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.models import ApiToken

PREFIX = "foyer_"
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def create(user: Any, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """Make a token for ``user`` and return its row with the secret, which can't be read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    return ApiToken.objects.create(user=user, name=name, digest=_digest(secret), expires_at=expires_at), secret


def owner_of(secret: str) -> Any:
    """Return the active user whose unexpired token ``secret`` is, or None, and note the use at most once a minute."""
    if not secret.startswith(PREFIX):
        return None
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=_digest(secret), user__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def _digest(secret: str) -> str:
    # The secret is 256 random bits, so a plain digest can't be reversed by guessing, and one lookup finds it.
    return hashlib.sha256(secret.encode()).hexdigest()
