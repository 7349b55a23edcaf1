"""Local accounts, loaded with what every page shows of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User


class AccountBackend(ModelBackend):
    """Django's own backend; the user of a session comes with its preferences, in the same query."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the user with this key, or None when there is none or the account is switched off."""
        user = User.objects.select_related("preferences").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
