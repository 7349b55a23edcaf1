"""Brings a local installation up to date before it is served: migrations, then the demo on first use."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Quick when there is nothing to do."""

    help = "Migrate and load the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate quietly, then load the demo and print its accounts."""
        call_command("migrate", verbosity=0, interactive=False)
        call_command("demo")
