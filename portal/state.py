"""Which plugins are on: one row each, read through a snapshot that is at most half a second old in every process."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from portal.guard import PluginError
from portal.loading.migrations import unapplied
from portal.models import PluginChange, PluginState
from portal.registry import registry
from portal.services.search import index
from portal.services.snapshot import Snapshot

log = logging.getLogger("portal.plugins")


@dataclass(frozen=True)
class PluginsOn:
    """The labels that are on at one moment, and the migrations the others wait for."""

    on: frozenset[str] = frozenset()
    unapplied: Mapping[str, list[str]] = field(default_factory=dict)


class State:
    """Answers whether a plugin is on, from a snapshot."""

    def __init__(self) -> None:
        self._snapshot = Snapshot(self._read)
        self._last_known = PluginsOn()
        self._migrated: set[str] = set()

    def is_on(self, label: str) -> bool:
        """Say whether the plugin ``label`` is loaded, migrated and enabled."""
        return label in self.current().on

    def current(self) -> PluginsOn:
        """Return the snapshot."""
        return self._snapshot.get()

    def peek(self) -> PluginsOn | None:
        """Return the snapshot, or None when it had to be read."""
        return self._snapshot.peek()

    def forget(self, **kwargs: Any) -> None:
        """Read the rows again at the next question. A signal receiver, hence the keywords."""
        self._snapshot.forget()
        self._migrated.clear()

    def _read(self, last: object) -> PluginsOn:
        """Read the rows; when the database can't be read, keep what was last known."""
        try:
            rows = dict(PluginState.objects.values_list("label", "enabled"))
            waiting = [one.plugin for label, one in registry.plugins.items() if label not in self._migrated]
            missing = unapplied(waiting) if waiting else {}
        except DatabaseError as error:
            log.warning("The state of the plugins could not be read, the last one is kept: %s", error)
            return self._last_known
        self._migrated |= {plugin.label for plugin in waiting} - missing.keys()
        on = frozenset(
            label
            for label, one in registry.plugins.items()
            if label not in missing and (rows.get(label, True) or one.plugin.required)
        )
        self._last_known = PluginsOn(on, missing)
        return self._last_known


state = State()


def is_on(label: str) -> bool:
    """Say whether the plugin ``label`` is loaded, migrated and enabled."""
    return state.is_on(label)


def has_no_table(model: type[Model]) -> bool:
    """Say whether ``model`` is of a plugin whose migrations have not made its table yet."""
    return (
        model._meta.app_label in state.current().unapplied
        and model._meta.db_table not in connection.introspection.table_names()
    )


def set_enabled(label: str, enabled: bool, by: Any = None, by_name: str = "") -> bool:
    """Switch a plugin on or off, and keep who did it and when. Returns False when it was so already.

    Raises PluginError when the plugin isn't loaded, is required, or waits for migrations.
    """
    one = registry.plugins.get(label)
    if one is None:
        raise PluginError(f'The plugin "{label}" is not loaded, so it can\'t be switched on or off.')
    if one.plugin.required and not enabled:
        raise PluginError(f"{one.plugin.verbose_name} belongs to the portal itself and can't be switched off.")
    if enabled and (missing := unapplied([one.plugin]).get(label)):
        raise PluginError(
            f"{one.plugin.verbose_name} has unapplied migrations ({', '.join(missing)}): run manage.py migrate {label}."
        )
    with transaction.atomic():
        row, created = PluginState.objects.select_for_update().get_or_create(label=label)
        changed = created or row.enabled != enabled
        if changed:
            row.enabled = enabled
            row.save(update_fields=["enabled"])
            action = PluginChange.Action.ENABLED if enabled else PluginChange.Action.DISABLED
            PluginChange.objects.create(label=label, action=action, by=by, by_name=by_name or str(by or "command line"))
            if enabled:
                _index_again(label)
    transaction.on_commit(state.forget)
    return changed


def _index_again(label: str) -> None:
    """Have the documents of a plugin that was off read again or, for the one that keeps the index, of all plugins."""
    if label != index.label and not is_on(index.label):
        return
    searchable = [one.label for one in registry.plugins.values() if one.search is not None]
    for one in searchable if label == index.label else {label} & {*searchable}:
        index.tell(one, None)


index.is_on = is_on


def write_new_rows() -> None:
    """Make the row of each loaded plugin that has none yet. From INSTALLED_APPS, a plugin begins switched on.

    It stays off for as long as its migrations are unapplied, row or not.
    """
    known = set(PluginState.objects.values_list("label", flat=True))
    PluginState.objects.bulk_create(
        [PluginState(label=label, enabled=True) for label in registry.plugins if label not in known],
        ignore_conflicts=True,
    )
