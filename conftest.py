"""What every test of the host and of the plugins starts with."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    """Let no test use up the rate limits of another; all come from one address."""
    caches["counters"].clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hash passwords quickly; the real hasher is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
