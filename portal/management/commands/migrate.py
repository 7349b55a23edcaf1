"""Django's migrate, so that one plugin's migration can't keep the others from being applied."""

from __future__ import annotations

import traceback
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate

from portal.guard import guard
from portal.guard.django_internals import hidden_apps
from portal.loading.migrations import unapplied
from portal.models import PluginState
from portal.plugin import Plugin
from portal.registry import registry


class Command(DjangoMigrate):
    """Without a label: the host's apps first, then each plugin in a run of its own. With one: as Django does."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; a plugin whose migration raises stays off, with the reason on its row.

        In strict mode the first one raises CommandError.
        """
        if options["app_label"] or options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            if options["app_label"] in registry.plugins:
                PluginState.objects.filter(label=options["app_label"]).update(
                    failed_door="", failure="", failure_traceback=""
                )
            return
        plugins = {config.label for config in apps.get_app_configs() if isinstance(config, Plugin)}
        with hidden_apps(plugins):
            super().handle(*args, **options)
        for label in unapplied([one.plugin for one in registry.plugins.values()]):
            self._migrate_plugin(label, *args, **options)

    def _migrate_plugin(self, label: str, *args: Any, **options: Any) -> None:
        try:
            # Django refuses run_syncdb, which creating a test database asks for, together with a label.
            super().handle(*args, **{**options, "app_label": label, "run_syncdb": False})
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the migration is plugin code, and the others must go on
            message = f"{type(error).__name__}: {error}"
            PluginState.objects.update_or_create(
                label=label,
                defaults={"failed_door": "migrations", "failure": message, "failure_traceback": traceback.format_exc()},
            )
            if guard.strict:
                raise CommandError(f"The migration of plugin {label} failed: {message}") from error
            self.stderr.write(self.style.ERROR(f"Plugin {label} stays off, its migration failed: {message}"))
        else:
            PluginState.objects.filter(label=label).update(failed_door="", failure="", failure_traceback="")
