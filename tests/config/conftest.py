from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from portal.services.config import Config

Configure = Callable[..., Config]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Write files and return the configuration they make; files named inc… and *.txt are only there to be included."""

    def make(files: str | Mapping[str, str], env: Mapping[str, str] | None = None) -> Config:
        texts = {"app-config.yaml": files} if isinstance(files, str) else files
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        read = [tmp_path / name for name in texts if not name.startswith("inc") and not name.endswith(".txt")]
        return Config(read, env or {})

    return make
