from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders

from portal.plugin import Plugin

Install = Callable[[str, Mapping[str, str]], Plugin]


@pytest.fixture
def var_dir(tmp_path: Path, settings: Any) -> Path:
    """A folder of the portal's own for the confined copies."""
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var"


@pytest.fixture
def install(tmp_path: Path, var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Make a plugin with static files and put it among the installed apps, without the others that have some."""
    monkeypatch.setattr(apps, "app_configs", {"staticfiles": apps.app_configs["staticfiles"]})
    finders.get_finder.cache_clear()

    def make(label: str, files: Mapping[str, str]) -> Plugin:
        module = ModuleType(f"packages.{label}")
        folder = tmp_path / "packages" / label
        module.__path__ = [str(folder)]
        for name, text in files.items():
            path = folder / "static" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        plugin = type(label.title(), (Plugin,), {"name": module.__name__})(module.__name__, module)
        monkeypatch.setattr(apps, "app_configs", {**apps.app_configs, label: plugin})
        finders.get_finder.cache_clear()
        return plugin

    yield make
    finders.get_finder.cache_clear()
