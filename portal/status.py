"""How each plugin stands, for the admin, the command line and /readyz."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from portal.circuit import circuits
from portal.guard import guard
from portal.models import PluginChange, PluginState
from portal.plugin import Plugin
from portal.registry import LoadedPlugin, registry
from portal.state import state

StateName = Literal["enabled", "disabled", "tripped", "not migrated", "quarantined", "not installed"]


@dataclass(frozen=True)
class PluginStatus:
    """One plugin as an admin needs to see it.

    ``tripped`` says, for this process, what is given a pause ("cards", "requests") and the last error of each.
    """

    label: str
    package: str
    title: str
    description: str
    version: str
    state: StateName
    contributions: Mapping[str, int] = field(default_factory=dict)
    door: str = ""
    message: str = ""
    traceback: str = ""
    unapplied: tuple[str, ...] = ()
    tripped: Mapping[str, str] = field(default_factory=dict)
    changed: str = ""

    @property
    def summary(self) -> str:
        """What it contributes in words: "2 pages, 1 card, API"."""
        parts = []
        for thing, number in self.contributions.items():
            if number:
                parts.append(thing if thing == "API" else f"{number} {thing}{'' if number == 1 else 's'}")
        return ", ".join(parts) or "nothing"


def all_statuses() -> list[PluginStatus]:
    """Return every plugin that is loaded or quarantined, by label."""
    rows = PluginState.objects.in_bulk()
    changes = _last_changes()
    return [_status(label, rows.get(label), changes) for label in sorted({*registry.plugins, *guard.failures})]


def status_of(label: str) -> PluginStatus:
    """Return one plugin, which may also be one that is no longer installed."""
    return status_for(label, PluginState.objects.filter(label=label).first())


def status_for(label: str, row: PluginState | None) -> PluginStatus:
    """Return one plugin whose row is at hand."""
    return _status(label, row, _last_changes(label))


def _status(label: str, row: PluginState | None, changes: Mapping[str, str]) -> PluginStatus:
    changed = changes.get(label, "")
    if failure := guard.failures.get(label):
        return PluginStatus(
            label, failure.name, label, "", "", "quarantined", {}, failure.door, failure.message, failure.traceback,
            changed=changed,
        )  # fmt: skip
    one = registry.plugins.get(label)
    if one is None:
        return PluginStatus(label, "", label, "", "", "not installed", changed=changed)
    unapplied = tuple(state.current().unapplied.get(label, ()))
    tripped = circuits.tripped(label)
    enabled = one.plugin.required or row is None or row.enabled
    name: StateName = (
        "not migrated" if unapplied else "disabled" if not enabled else "tripped" if tripped else "enabled"
    )
    return PluginStatus(
        label=label,
        package=one.plugin.name,
        title=str(one.plugin.verbose_name),
        description=description(one.plugin),
        version=one.plugin.version,
        state=name,
        contributions=_contributions(one),
        door=row.failed_door if row else "",
        message=row.failure if row else "",
        traceback=row.failure_traceback if row else "",
        unapplied=unapplied,
        tripped=tripped,
        changed=changed,
    )


def description(plugin: Plugin) -> str:
    """Return the first line of the plugin class's docstring."""
    return (type(plugin).__doc__ or "").strip().partition("\n")[0]


def _contributions(one: LoadedPlugin) -> dict[str, int]:
    return {
        "page": len(one.pages.url_patterns) if one.pages else 0,
        "API": 1 if one.api else 0,
        "card": len(one.plugin.cards),
        "link": len(one.plugin.nav),
        "slot": len(one.plugin.slots),
        "schedule": len(one.plugin.schedules),
        "model": len(list(one.plugin.get_models())),
        "command": len(one.commands),
        "permission": len(one.plugin.permissions),
    }


def _last_changes(label: str = "") -> dict[str, str]:
    changes = PluginChange.objects.order_by("at", "pk")
    if label:
        changes = PluginChange.objects.filter(label=label)[:1]
    return {
        change.label: f"{change.get_action_display()} by {change.by_name}, {change.at:%Y-%m-%d %H:%M} UTC"
        for change in changes
    }
