"""The configuration of the portal and its plugins: app-config.yaml with Backstage's semantics.

Read once, and frozen; in development read again when one of its files changes.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from pydantic import BaseModel, ValidationError

from portal.guard import PluginError
from portal.services.config_files import ConfigError, Look, Reader, from_environment, look
from portal.services.config_secrets import MASK, is_secret, secret_names, secret_paths, shown
from portal.services.config_values import KeyPath, Value, find, leaves, merged, plain, written

__all__ = ["Config", "ConfigError", "Setting", "config"]

log = logging.getLogger("portal.config")


class Setting(NamedTuple):
    """One value as the admin may see it."""

    path: str
    shown: str
    origin: str


@dataclass(frozen=True)
class _Loaded:
    """What the files said when they were read, and how they looked then."""

    files: tuple[Path, ...]
    seen: Mapping[Path, Look]
    root: Value
    data: dict[str, Any]

    def has_changed(self) -> bool:
        return any(look(path) != before for path, before in self.seen.items())


class Config:
    """Read-only access to the configuration; whatever it returns is the caller's own copy.

    files      read in this order, later over earlier; settings.CONFIG_FILES when None
    environ    for ${VAR}, $env and APP_CONFIG_… variables, which win over every file

    Every method raises ConfigError when the files can't be read at all.
    """

    def __init__(self, files: Sequence[Path] | None = None, environ: Mapping[str, str] = os.environ) -> None:
        self._files = files
        self._environ = environ
        self._lock = threading.RLock()
        self._loaded: _Loaded | None = None
        self._models: dict[str, type[BaseModel]] = {}
        self._validated: dict[str, BaseModel] = {}

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at a path such as "catalog.locations", or ``default`` when there is none."""
        data: Any = self._current().data
        for key in path.split("."):
            if not isinstance(data, dict) or key not in data:
                return default
            data = data[key]
        return deepcopy(data)

    def section(self, label: str) -> dict[str, Any]:
        """Return everything under one top-level key, {} when there is nothing. Raises ConfigError for another value."""
        found = self.get(label, {})
        if not isinstance(found, dict):
            raise ConfigError(f'{self.origin(label)}: "{label}" must be a mapping of keys to values.')
        return found

    def origin(self, path: str) -> str:
        """Return where the value at ``path`` comes from: "app-config.yaml:12", or "" when there is none."""
        found = find(self._current().root, tuple(path.split(".")))
        return found.origin if found and found.data is not None else ""

    def validate(self, label: str, model: type[BaseModel]) -> BaseModel:
        """Check the section of the plugin ``label`` and return it as an instance of ``model``.

        Raises PluginError naming each wrong key with its place and remedy, also for a secret (a field of type SecretStr
        or SecretBytes) that stands in a file.
        """
        with self._lock:
            self._models[label] = model
            validated = self._validated[label] = self._checked(label, model)
        return validated

    def of(self, label: str) -> Any:
        """Return the section of the plugin ``label`` as an instance of its config_model.

        Raises PluginError when it is not valid, LookupError when there is no such plugin with a config_model. In
        development a section that has become invalid is logged, and the last valid one stays.
        """
        self._current()
        if (validated := self._validated.get(label)) is not None:
            return validated
        model = getattr(apps.get_app_config(label), "config_model", None)
        if model is None:
            raise LookupError(f'The plugin "{label}" declares no config_model.')
        return self.validate(label, model)

    def masked(self, label: str = "") -> list[Setting]:
        """Return every single value of a section, or of everything, with its origin and with secrets hidden.

        When the files can't be read, the one row says why.
        """
        try:
            root = self._current().root
        except ConfigError as error:
            return [Setting(label, "", str(error))]
        start: KeyPath = (label,) if label else ()
        section = find(root, start)
        if section is None or section.data is None:
            return []
        models = [self._models[label]] if label in self._models else [] if label else self._models.values()
        names = {name for model in models for name in secret_names(model)}
        return [
            Setting(written(path), MASK if is_secret(path[len(start) :], names) else shown(value), value.origin)
            for path, value in leaves(section, start)
        ]

    # Reading

    def _current(self) -> _Loaded:
        files = tuple(self._files if self._files is not None else settings.CONFIG_FILES)
        loaded = self._loaded
        if loaded is not None and loaded.files == files and not (settings.DEBUG and loaded.has_changed()):
            return loaded
        with self._lock:
            if self._loaded is None or self._loaded.files != files:
                self._loaded = self._read(files)
                self._revalidate()
            elif self._loaded.has_changed():
                self._reread(self._loaded)
            return self._loaded

    def _read(self, files: tuple[Path, ...]) -> _Loaded:
        reader = Reader(self._environ)
        names = [file.name for file in files]
        values = [reader.read(file, file.name if names.count(file.name) == 1 else str(file)) for file in files]
        root = merged([*values, from_environment(self._environ)])
        return _Loaded(files, reader.seen, root, plain(root))

    def _reread(self, before: _Loaded) -> None:
        try:
            self._loaded = self._read(before.files)
        except ConfigError as error:
            log.error("The changed configuration can't be read, and the last one stays. %s", error)
            # Remembered as seen, so that the same mistake is reported once.
            self._loaded = replace(before, seen={path: look(path) for path in before.seen})
            return
        self._revalidate()

    def _revalidate(self) -> None:
        for label, model in self._models.items():
            try:
                self._validated[label] = self._checked(label, model)
            except PluginError as error:
                log.error("The changed configuration of %s is not valid, and the last one stays. %s", label, error)

    # Validating

    def _checked(self, label: str, model: type[BaseModel]) -> BaseModel:
        try:
            section = self.section(label)
            validated = model.model_validate(section)
        except ConfigError as error:
            raise PluginError(str(error)) from error
        except ValidationError as error:
            problems = [self._problem(label, model, one) for one in error.errors(include_url=False)]
            raise PluginError(" ".join(problems)) from None
        root = self._current().root
        for path in secret_paths(validated):
            value = find(root, (label, *path))
            if value is not None and value.literal and value.data:
                variable = re.sub(r"\W+", "_", written((label, *path))).upper()
                raise PluginError(
                    f'"{written((label, *path))}" ({value.origin}) is a secret and stands in the file: put it into an '
                    f"environment variable and write ${{{variable}}}, or into a file of its own and write $file."
                )
        return validated

    def _problem(self, label: str, model: type[BaseModel], error: Any) -> str:
        path: KeyPath = (label, *error["loc"])
        place = self._nearest(path)
        where = f" ({place})" if place else ""
        match error["type"]:
            case "missing":
                return f'"{written(path)}" is missing{where}: add it under "{written(path[:-1])}".'
            case "extra_forbidden":
                close = get_close_matches(str(path[-1]), model.model_fields, n=1)
                return f'"{written(path)}"{where} is not known: ' + (
                    f'did you mean "{close[0]}"?' if close else "remove it, or check its spelling."
                )
        return f'"{written(path)}"{where}: {error["msg"].rstrip(".")}. Correct it there.'

    def _nearest(self, path: KeyPath) -> str:
        """Return the origin of what stands at ``path``, or of the nearest thing around it."""
        root = self._current().root
        for length in range(len(path), 0, -1):
            if found := find(root, path[:length]):
                return found.origin
        return ", ".join(file.name for file in self._current().files)


config = Config()
