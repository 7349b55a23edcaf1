"""Checks a plugin's migrations without a database, and tells which of them are not applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.guard import PluginError
from portal.loading.submodules import submodule
from portal.plugin import Plugin

if TYPE_CHECKING:
    from django.db.migrations import Migration


def check_migrations(plugin: Plugin) -> None:
    """Import every migration and raise PluginError for a graph that would stop ``migrate`` for everyone."""
    migrations = _load(plugin)
    for name, migration in migrations.items():
        if foreign := [f"{label}.{one}" for label, one in migration.replaces if label != plugin.label]:
            raise PluginError(f"Migration {name} replaces {foreign[0]}: a plugin replaces its own migrations only.")
    replaced = {name for migration in migrations.values() for _, name in migration.replaces}
    parents: set[str] = set()
    for name, migration in migrations.items():
        for label, parent in migration.dependencies:
            _check_dependency(plugin, name, str(label), str(parent), migrations.keys() | replaced)
            if label == plugin.label:
                parents.add(parent)
        if migration.run_before:
            raise PluginError(f"Migration {name} uses run_before: a plugin's migrations come after the host's.")
    leaves = sorted(migrations.keys() - parents - replaced)
    if len(leaves) > 1:
        raise PluginError(f"Migrations {' and '.join(leaves)} both end the history: run makemigrations --merge.")
    if circle := _circle(plugin.label, migrations):
        raise PluginError(f"Migrations {', '.join(circle)} depend on each other: cut one of the dependencies.")


def _load(plugin: Plugin) -> dict[str, Migration]:
    package = submodule(plugin, "migrations")
    if package is None:
        return {}
    found: dict[str, Migration] = {}
    for info in iter_modules(package.__path__):
        if info.ispkg or info.name.startswith(("_", "~")):
            continue
        module = import_module(f"{package.__name__}.{info.name}")
        migration: Any = getattr(module, "Migration", None)
        if migration is None:
            raise PluginError(f"Migration {info.name} has no Migration class.")
        found[info.name] = migration
    return found


def _circle(label: str, migrations: Mapping[str, Migration]) -> list[str]:
    """Return the migrations that can't be put in order, since each waits for another of them."""
    left = {
        name: {parent for app, parent in migration.dependencies if app == label and parent in migrations}
        for name, migration in migrations.items()
    }
    while ready := [name for name, parents in left.items() if not parents & left.keys()]:
        for name in ready:
            del left[name]
    return sorted(left)


def _check_dependency(plugin: Plugin, name: str, label: str, parent: str, own: Iterable[str]) -> None:
    if label == plugin.label:
        if parent not in own and parent != "__first__":
            raise PluginError(f"Migration {name} depends on {label}.{parent}, which does not exist.")
        return
    if label == "__setting__":
        return
    config = apps.app_configs.get(label)
    if config is None:
        raise PluginError(f'Migration {name} depends on the app "{label}", which is not installed.')
    if isinstance(config, Plugin):
        raise PluginError(f'Migration {name} depends on the plugin "{label}": plugins can\'t depend on each other.')
    if not parent.startswith("__") and not (Path(config.path) / "migrations" / f"{parent}.py").exists():
        raise PluginError(f"Migration {name} depends on {label}.{parent}, which does not exist.")


def names(plugin: Plugin) -> set[str]:
    """Return the names of the plugin's migrations, without importing them."""
    folder = Path(plugin.path) / "migrations"
    return {path.stem for path in folder.glob("*.py") if not path.stem.startswith(("_", "~"))}


def unapplied(plugins: Iterable[Plugin]) -> dict[str, list[str]]:
    """Return, by label, the migrations that the database has not seen; plugins with none are left out.

    A plugin with models but no migrations is listed with "makemigrations", since its tables can't exist.
    Raises DatabaseError when the database can't be read.
    """
    recorder = MigrationRecorder(connection)
    applied: Any = recorder.applied_migrations() if recorder.has_table() else {}
    missing = {}
    for plugin in plugins:
        own = names(plugin)
        pending = sorted(name for name in own if (plugin.label, name) not in applied)
        if not own and plugin.models:
            pending = ["makemigrations"]
        if pending:
            missing[plugin.label] = pending
    return missing
