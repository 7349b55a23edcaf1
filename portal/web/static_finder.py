"""Finds static files, a plugin's stylesheets as confined copies: development and collectstatic serve the same bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import FileSystemStorage

from portal.loading.stylesheets import moved, scope_stylesheet
from portal.plugin import Plugin

PLUGINS_CSS = "plugins.css"


class PluginFiles(FileSystemStorage):
    """The folder static/<label>/ of a plugin; its stylesheets are confined copies. Nothing beside it is visible."""

    def __init__(self, plugin: Plugin) -> None:
        super().__init__(location=Path(plugin.path) / "static")
        self._label = plugin.label

    def path(self, name: str) -> str:
        """Return where the file lies, for a stylesheet its copy. Raises PluginError for one that can't be confined."""
        path = Path(super().path(name))
        return str(_confined(path, self._label, f"static/{name}") if name.endswith(".css") and path.is_file() else path)

    def exists(self, name: str) -> bool:
        """Say whether ``name`` is a file or folder under <label>/, or the root itself."""
        inside = os.path.normpath(name or ".") == "." or Path(os.path.normpath(name)).parts[0] == self._label
        return inside and super().exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """List a folder; in the root there is only <label>/."""
        folders, files = super().listdir(path)
        return (folders, files) if path else ([self._label] if self._label in folders else [], [])


class PluginStylesheets(FileSystemStorage):
    """One virtual file, plugins.css: static/<label>/plugin.css of every plugin that has one, in the order of labels."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        super().__init__(location=_cache())
        self._plugins = sorted(plugins, key=lambda plugin: plugin.label)
        self._written = ""

    def path(self, name: str) -> str:
        """Return where the composed file lies. Raises PluginError for a sheet that can't be confined."""
        if name != PLUGINS_CSS:
            return super().path(name)
        css = "".join(
            moved(_scoped(source, label, f"static/{label}/plugin.css"), label) for label, source in self._sources()
        )
        path = _cache() / f"plugins-{_digest(css)}.css"
        if self._written != css or not path.exists():
            # The time of the first use marks a change of content, also one that brings an older file back.
            _write(path, css)
            self._written = css
        return str(path)

    def exists(self, name: str) -> bool:
        """Say whether ``name`` is the root, or plugins.css while a plugin has a part of it."""
        return name == "" or (name == PLUGINS_CSS and any(self._sources()))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """List plugins.css in the root."""
        return [], [PLUGINS_CSS] if not path and self.exists(PLUGINS_CSS) else []

    def _sources(self) -> Iterator[tuple[str, Path]]:
        for plugin in self._plugins:
            source = Path(plugin.path) / "static" / plugin.label / "plugin.css"
            if source.is_file():
                yield plugin.label, source


class AppFinder(AppDirectoriesFinder):
    """Finds the static files of apps as Django does, and those of plugins under their label, stylesheets confined."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(app_names, *args, **kwargs)
        plugins = [
            config
            for config in apps.get_app_configs()
            if isinstance(config, Plugin) and (app_names is None or config.name in set(app_names))
        ]
        for plugin in plugins:
            if plugin.name in self.storages:
                self.storages[plugin.name] = PluginFiles(plugin)
        self.apps.append(PLUGINS_CSS)
        self.storages[PLUGINS_CSS] = PluginStylesheets(plugins)


def _scoped(source: Path, label: str, name: str) -> str:
    return scope_stylesheet(source.read_text(encoding="utf-8"), label, name)


def _confined(source: Path, label: str, name: str) -> Path:
    """Return a confined copy of the stylesheet ``source``, made once per content and as old as the source."""
    css = _scoped(source, label, name)
    path = _cache() / f"{label}-{_digest(name + css)}.css"
    modified = source.stat().st_mtime_ns
    if not path.exists():
        _write(path, css)
    if path.stat().st_mtime_ns != modified:
        os.utime(path, ns=(modified, modified))
    return path


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _cache() -> Path:
    return Path(settings.VAR_DIR) / "stylesheets"


def _write(path: Path, text: str) -> None:
    """Write the file at once, because other threads and processes may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False, encoding="utf-8") as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
