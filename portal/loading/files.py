"""Keeps a plugin's templates, static files, commands and tag libraries under its own label."""

from __future__ import annotations

from pathlib import Path

from portal.guard import PluginError
from portal.loading.stylesheets import scope_stylesheet
from portal.plugin import Plugin


def check_files(plugin: Plugin) -> None:
    """Raise PluginError for a file that would shadow somebody else's, or a stylesheet that can't be contained."""
    root = Path(plugin.path)
    _check_folder(root / "templates", (plugin.label, f"admin/{plugin.label}"), "templates")
    _check_folder(root / "static", (plugin.label,), "static")
    for stylesheet in sorted((root / "static" / plugin.label).rglob("*.css")):
        name = stylesheet.relative_to(root).as_posix()
        scope_stylesheet(stylesheet.read_text(encoding="utf-8"), plugin.label, name)


def check_commands(plugin: Plugin) -> None:
    """Raise PluginError for a management command that isn't named after the plugin."""
    _check_modules(plugin, Path(plugin.path) / "management" / "commands", "management command")


def check_tag_libraries(plugin: Plugin) -> None:
    """Raise PluginError for a template tag library that isn't named after the plugin."""
    _check_modules(plugin, Path(plugin.path) / "templatetags", "template tag library")


def _check_modules(plugin: Plugin, folder: Path, kind: str) -> None:
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        name = path.name.partition(".")[0]
        if name.startswith("_"):
            continue
        if name != plugin.label and not name.startswith(f"{plugin.label}_"):
            raise PluginError(f'The {kind} "{name}" must be named "{plugin.label}" or "{plugin.label}_…".')


def _check_folder(folder: Path, allowed: tuple[str, ...], kind: str) -> None:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(name.startswith(f"{prefix}/") for prefix in allowed):
            places = " or ".join(f"{kind}/{prefix}/" for prefix in allowed)
            raise PluginError(f"{kind}/{name} lies outside {places}: move it, it would shadow another file.")
        if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
            raise PluginError(f"{kind}/{name} is a link that leaves the plugin's folder: copy the file instead.")
