"""Reads the catalog's locations, and lists what they got wrong."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from plugins.catalog.ingestion.summary import Summary
from plugins.catalog.models import Problem
from plugins.catalog.refresh import WORKERS_WAIT_SECONDS, refresh
from portal.api import LeaseTaken


class Command(BaseCommand):
    """``catalog ingest`` and ``catalog problems``."""

    help = "Read the locations of the catalog, or list the problems found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("ingest", help="read every location and bring the catalog in line")
        commands.add_parser("problems", help="list what kept documents from becoming entities")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand."""
        if options["command"] == "ingest":
            self.stdout.write(str(self._ingest()))
            return
        for problem in Problem.objects.all():
            self.stdout.write(f"{problem.file}:{problem.line}:{problem.column}: {problem.reason}")
            self.stdout.write(f"    {problem.fix}")
        if not Problem.objects.exists():
            self.stdout.write("No problems.")

    def _ingest(self) -> Summary:
        try:
            return refresh(told=self._progress, wait=0)
        except LeaseTaken:
            self.stderr.write("Somebody else reads the catalog right now: waiting.")
        try:
            return refresh(told=self._progress, wait=WORKERS_WAIT_SECONDS)
        except LeaseTaken as error:
            raise CommandError(f"{error} Nothing was read.") from None

    def _progress(self, read: int, files: int, entities: int) -> None:
        if read % max(1, files // 100) == 0:
            self.stderr.write(f"Read {read} of {files} files, {entities} entities.")
