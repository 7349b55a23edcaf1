from __future__ import annotations

from functools import partial
from typing import Any

from django.core.signals import request_started
from django.db.models.signals import pre_save


def refuse(**kwargs: Any) -> None:
    """Refuse whatever is asked."""
    raise RuntimeError("nobody is saved any more")


class Refuser:
    """Receives with a method."""

    def refuse(self, **kwargs: Any) -> None:
        """Refuse whatever is asked."""
        refuse()


refuser = Refuser()


def connect() -> None:
    """Connect a function, a method, a lambda and a partial."""
    pre_save.connect(refuse)
    pre_save.connect(refuser.refuse)
    pre_save.connect(lambda **kwargs: refuse(), weak=False)
    request_started.connect(partial(refuse, reason="none"), weak=False)
