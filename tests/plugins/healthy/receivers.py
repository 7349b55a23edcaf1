from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_save
from django.dispatch import receiver

saved: list[str] = []


@receiver(post_save, sender=get_user_model())
def remember(instance: Any, **kwargs: Any) -> None:
    """Keep who was saved, so that tests see a good plugin's receiver at work."""
    saved.append(instance.get_username())
