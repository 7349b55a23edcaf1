"""Keeps a plugin's templates, static files, commands and tag libraries under its own label."""

from __future__ import annotations

import re
from pathlib import Path

from portal.guard import PluginError
from portal.loading.stylesheets import scope_stylesheet, urls
from portal.plugin import Plugin

_STATIC_NAME = re.compile(r"[\w.~+@-]+", re.ASCII)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=(?![a-z]+:|/)(.*)$", re.MULTILINE)


def check_files(plugin: Plugin) -> None:
    """Raise PluginError for a file that would shadow somebody else's, or a stylesheet that can't be contained."""
    root = Path(plugin.path)
    _check_folder(root / "templates", (plugin.label, f"admin/{plugin.label}"), "templates")
    _check_folder(root / "static", (plugin.label,), "static")
    for path in sorted((root / "static" / plugin.label).rglob("*")):
        _check_static_file(path, plugin.label, path.relative_to(root).as_posix())


def _check_static_file(path: Path, label: str, name: str) -> None:
    """Raise PluginError for a file that can't be contained, or would stop the collection of all static files."""
    if not _STATIC_NAME.fullmatch(path.name) or not path.exists():
        raise PluginError(
            f"{name} is a broken link, or its name has more than letters, digits, . _ ~ + @ -: rename it."
        )
    if path.suffix.lower() not in (".css", ".js") or path.is_dir():
        return
    if path.suffix != path.suffix.lower():
        raise PluginError(f"{name} would not be taken for what it is: write its suffix in lower case.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PluginError(f"{name} is not UTF-8: save it in that encoding.") from error
    found = urls(scope_stylesheet(text, label, name)) if path.suffix == ".css" else _SOURCE_MAP.findall(text)
    for reference in found:
        if not (path.parent / reference.strip()).is_file():
            raise PluginError(f'{name} names "{reference}", which is not there: add the file or remove the reference.')


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
