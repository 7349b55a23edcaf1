"""Loads the demo: three accounts, and what each plugin's demo.py brings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.loading.submodules import submodule
from portal.registry import registry
from portal.services.demo import ACCOUNTS, create_accounts
from portal.state import is_on


class Command(BaseCommand):
    """Idempotent: what is there already stays as it is."""

    help = "Create the demo accounts and load the demo data of every plugin."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything; a plugin whose demo fails is named, and the others go on."""
        if settings.PRODUCTION:
            raise CommandError("The demo has public passwords: it is not for production.")
        create_accounts()
        for one in registry.plugins.values():
            if not is_on(one.label):
                continue
            try:
                module = submodule(one.plugin, "demo")
                if module is not None:
                    module.load()
            except Exception as error:  # noqa: BLE001 - the demo of a plugin is plugin code
                self.stderr.write(self.style.ERROR(f"The demo of {one.label} failed: {type(error).__name__}: {error}"))
        self.stdout.write("Demo accounts (user, password, role):")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<8} {account.password:<12} {account.role}")
