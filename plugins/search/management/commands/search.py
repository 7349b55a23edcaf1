"""Rebuilds the search index, brings it up to date, or says how it stands."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import Count

from plugins.search.backends import backend
from plugins.search.indexing import catch_up, rebuild, report
from plugins.search.models import Change, Document, Refusal, Source
from portal.api import search_sources

EVERY = 1000
SHOWN = 5


class Command(BaseCommand):
    """``search rebuild``, ``search update`` and ``search status``."""

    help = "Rebuild the search index, work off noted changes, or say how the index stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="command", required=True)
        again = commands.add_parser("rebuild", help="read every document again; searching goes on meanwhile")
        again.add_argument("labels", nargs="*", metavar="PLUGIN", help="only those of these plugins")
        commands.add_parser("update", help="work off the changes that are noted")
        commands.add_parser("status", help="say how many documents are there, and what went wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand."""
        tables = {model._meta.db_table for model in apps.get_app_config("search").get_models()}
        if tables.difference(connection.introspection.table_names()):
            raise CommandError("The tables of the index are not there yet. Run manage.py migrate first.")
        match options["command"]:
            case "rebuild":
                self._rebuild(options["labels"])
            case "update":
                left = catch_up()
                self.stdout.write(f"{left} changes are left." if left else "The index is up to date.")
            case _:
                self._status()

    def _rebuild(self, labels: list[str]) -> None:
        sources = {source.label: source for source in search_sources()}
        if unknown := set(labels) - sources.keys():
            known = ", ".join(sources)
            raise CommandError(f"{', '.join(sorted(unknown))} has nothing to be found, or is off. These have: {known}.")
        failed = []
        self._said: dict[str, int] = {}
        for label in labels or sources:
            try:
                number = rebuild(sources[label], self._progress)
            except Exception as error:  # noqa: BLE001 - documents() is plugin code, and the others are read all the same
                report(sources[label], error)
                failed.append(label)
                self.stderr.write(self.style.ERROR(f"{label}: {type(error).__name__}: {error}"))
            else:
                self.stdout.write(f"{label}: {number:,} documents")
        backend().tidy()
        catch_up()
        if failed:
            raise CommandError(f"The documents of {', '.join(failed)} could not be read; what was there stays.")

    def _progress(self, label: str, number: int) -> None:
        if number // EVERY > self._said.get(label, 0):
            self._said[label] = number // EVERY
            self.stdout.write(f"{label}: {number:,} so far")
            self.stdout.flush()

    def _status(self) -> None:
        self.stdout.write(backend().status())
        counts = dict(Document.objects.order_by().values_list("label").annotate(Count("pk")))
        rows = Source.objects.in_bulk()
        for source in search_sources():
            row = rows.get(source.label)
            when = f"{row.rebuilt_at:%Y-%m-%d %H:%M}" if row and row.rebuilt_at else "never"
            self.stdout.write(f"{source.label}: {counts.get(source.label, 0):,} documents, read as a whole {when}")
            if row and row.problem:
                self._warn(row.problem)
            refusals = Refusal.objects.filter(label=source.label).order_by("pk")
            for refusal in refusals[:SHOWN]:
                self._warn(refusal.reason)
            if (more := refusals.count() - SHOWN) > 0:
                self._warn(f"{more:,} more are left out.")
        self.stdout.write(f"{Change.objects.count()} changes are noted and not yet worked off.")

    def _warn(self, text: str) -> None:
        self.stdout.write(self.style.WARNING(f"    {text}"))
