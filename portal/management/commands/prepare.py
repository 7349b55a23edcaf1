"""Brings a local installation up to date before it is served: migrations, then the demo on first use."""

from __future__ import annotations

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Quick when there is nothing to do."""

    help = "Migrate and load the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate quietly, then load the demo and print its accounts."""
        call_command("migrate", verbosity=0, interactive=False)
        call_command("demo", stdout=self.stdout)
        self.stdout.write(f"Open http://127.0.0.1:{os.environ.get('PORT', '8000')} and sign in with one of them.")
