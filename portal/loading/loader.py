"""From the list in settings to the apps that Django loads: each plugin is imported alone, and a bad one is left out."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import AppConfig

from portal.guard import PluginError, guard
from portal.loading.declarations import check_declarations
from portal.loading.files import check_files
from portal.plugin import Plugin


def load(installed_apps: Iterable[str], *, host: Iterable[str], strict: bool = False) -> list[str]:
    """Return ``installed_apps`` without the plugins that can't be loaded, and with the portal itself last.

    ``host`` names the apps that may fail hard. An app with an AppConfig but no Plugin is left to Django. The portal
    comes last so that its ``ready()`` runs when every plugin is loaded. With ``strict`` the first failure raises
    PluginFailed.
    """
    guard.strict = strict
    host_apps = list(host)
    labels = {AppConfig.create(entry).label for entry in host_apps} | {"portal"}
    loaded = []
    for entry in installed_apps:
        if entry in host_apps:
            loaded.append(entry)
            continue
        package = _package(entry)
        label = package.rpartition(".")[2]
        # A second claim on a label must not be recorded against the plugin that holds it.
        record = package if label in labels else label
        with guard.door(record, package, "apps"):
            config = AppConfig.create(entry)
            if config.label in labels:
                raise PluginError(f'The label "{config.label}" is already taken by another app: choose another.')
            if isinstance(config, Plugin):
                check_declarations(config)
                with guard.door(record, package, "files"):
                    check_files(config)
            if not guard.failed(record):
                labels.add(config.label)
                loaded.append(entry)
        if guard.failed(record):
            # A plugin that failed is known by its label, so nobody else can have it.
            labels.add(label)
    return [*loaded, "portal"]


def _package(entry: str) -> str:
    """Return the package an entry names: "plugins.todos" for itself and for "plugins.todos.apps.Todos"."""
    return entry.partition(".apps.")[0]
