from __future__ import annotations

from typing import Any

from django.core.signals import request_finished, request_started
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver


@receiver((request_started, request_finished, pre_save, post_save))
def refuse(**kwargs: Any) -> None:
    """Refuse whatever is asked."""
    raise RuntimeError("nobody may do anything any more")
