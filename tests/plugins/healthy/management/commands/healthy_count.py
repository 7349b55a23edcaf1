from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tests.plugins.healthy.models import Note


class Command(BaseCommand):
    help = "Count the notes."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{Note.objects.count()} notes")
