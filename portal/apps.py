"""The portal as a Django app. It stands last in INSTALLED_APPS, so its ready() runs when all plugins are loaded."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Leads the plugins through their doors and builds the registry."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Boot the plugins, then connect what keeps their rows and snapshots right."""
        from django.db.models.signals import post_migrate, post_save

        from portal import checks  # noqa: F401 - registers the system checks
        from portal.guard.django_internals import leave_out_of_deletion
        from portal.loading.boot import boot
        from portal.models import PluginState
        from portal.registry import registry
        from portal.services import sign_ins, standing
        from portal.state import has_no_table, state

        registry.build(boot())
        # A plugin that waits for its migrations must not keep people from deleting what it refers to.
        leave_out_of_deletion(has_no_table)
        post_save.connect(state.forget, sender=PluginState, dispatch_uid="portal.state")
        standing.follow_changes()
        sign_ins.follow_changes()
        post_migrate.connect(_write_rows, sender=self, dispatch_uid="portal.rows")


def _write_rows(using: str, **kwargs: Any) -> None:
    """After a migration: make the permission rows, and the state row of each plugin that is new here."""
    from portal.registry import registry
    from portal.services.permissions import write_permissions
    from portal.state import state, write_new_rows

    if using != "default":
        return
    everyone = frozenset(f"{one.label}.{action}" for one in registry.plugins.values() for action in one.plugin.everyone)
    write_permissions(registry.permissions, everyone)
    write_new_rows()
    state.forget()
