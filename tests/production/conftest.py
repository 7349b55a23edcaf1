from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "FOYER_MODE": "production",
    "FOYER_SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "FOYER_ALLOWED_HOSTS": "portal.example.com",
    "FOYER_TRUSTED_PROXIES": "127.0.0.1",
    "FOYER_PLUGINS": "",
    "FOYER_WORKERS": "0",
}


def production(folder: Path) -> dict[str, str]:
    """Return the environment of a production installation that keeps its data in ``folder``."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FOYER_", "DATABASE_", "DJANGO_", "PYTEST_", "REDIS_"))
    }
    return clean | SAFE | {"FOYER_VAR_DIR": str(folder)}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a production installation of the test's own."""
    return production(tmp_path / "var")


@pytest.fixture
def run(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a Python command line in that environment; keywords change it, and "" takes a variable away."""

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        changed = {name: value for name, value in (environment | changes).items() if value or name == "FOYER_PLUGINS"}
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=changed, capture_output=True, text=True, timeout=120
        )

    return run
