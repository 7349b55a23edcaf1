"""manage.py plugins: list, show, check, enable, disable and manifest."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from portal.guard import PluginError
from portal.lint import lint
from portal.registry import LoadedPlugin, registry
from portal.state import set_enabled
from portal.status import PluginStatus, all_statuses, status_of
from portal.web.manifest import manifest


class Command(BaseCommand):
    """What each plugin contributes, how it stands and why."""

    help = "List the plugins, show or check one, switch one on or off, print its manifest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        for name, text in (
            ("list", "every plugin with its state (the default)"),
            ("show", "one plugin in full, with the traceback of its failure"),
            ("check", "what an author should mend in a plugin"),
            ("enable", "switch a plugin on"),
            ("disable", "switch a plugin off"),
            ("manifest", "the plugin's manifest as JSON"),
        ):
            action = actions.add_parser(name, help=text)
            if name != "list":
                action.add_argument("label", metavar="LABEL")
            if name in ("list", "show", "check"):
                action.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the chosen subcommand."""
        action: Callable[[dict[str, Any]], None] = getattr(self, f"_{options['action'] or 'list'}")
        action(options)

    def _list(self, options: dict[str, Any]) -> None:
        statuses = all_statuses()
        if options.get("json"):
            self._print_json([asdict(one) | {"traceback": ""} for one in statuses])
            return
        width = max((len(one.label) for one in statuses), default=0)
        for one in statuses:
            self.stdout.write(f"{one.label:<{width}}  {one.version or '-':<8}  {self._styled(one):<12}  {one.summary}")
            if reason := _reason(one):
                self.stdout.write(f"{'':<{width}}  {reason}")

    def _show(self, options: dict[str, Any]) -> None:
        one = self._status(options["label"])
        if options["json"]:
            self._print_json(asdict(one))
            return
        for name, value in (
            ("label", one.label), ("package", one.package), ("title", one.title), ("description", one.description),
            ("version", one.version), ("state", one.state), ("contributes", one.summary), ("reason", _reason(one)),
            ("unapplied", ", ".join(one.unapplied)), ("last change", one.changed),
        ):  # fmt: skip
            if value:
                self.stdout.write(f"{name + ':':<13} {value}")
        if one.traceback:
            self.stdout.write(f"\n{one.traceback}")

    def _check(self, options: dict[str, Any]) -> None:
        status = self._status(options["label"])
        if status.state == "quarantined":
            raise CommandError(f"{status.label} is quarantined: {_reason(status)}")
        findings = lint(self._loaded(options["label"]))
        if options["json"]:
            self._print_json([asdict(one) for one in findings])
        else:
            for one in findings:
                self.stdout.write(f"{one.where}: {one.message} ({one.rule})")
        if findings:
            raise CommandError(f"{len(findings)} finding{'' if len(findings) == 1 else 's'} in {status.label}.")
        if not options["json"]:
            self.stdout.write(f"{status.label}: nothing to mend.")

    def _enable(self, options: dict[str, Any]) -> None:
        self._switch(options["label"], True)

    def _disable(self, options: dict[str, Any]) -> None:
        self._switch(options["label"], False)

    def _switch(self, label: str, enabled: bool) -> None:
        try:
            changed = set_enabled(label, enabled)
        except PluginError as error:
            raise CommandError(str(error)) from error
        word = "enabled" if enabled else "disabled"
        self.stdout.write(f"{label} is {word}." if changed else f"{label} was {word} already.")

    def _manifest(self, options: dict[str, Any]) -> None:
        self._print_json(manifest(self._loaded(options["label"])))

    def _status(self, label: str) -> PluginStatus:
        status = status_of(label)
        if status.state == "not installed":
            raise CommandError(f'There is no plugin "{label}": manage.py plugins lists them.')
        return status

    def _loaded(self, label: str) -> LoadedPlugin:
        one = registry.plugins.get(label)
        if one is None:
            raise CommandError(f'The plugin "{label}" is not loaded: manage.py plugins show {label} says why.')
        return one

    def _styled(self, one: PluginStatus) -> str:
        style = self.style.SUCCESS if one.state == "enabled" else self.style.WARNING
        return style(one.state) if one.state != "quarantined" else self.style.ERROR(one.state)

    def _print_json(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, indent=2, cls=DjangoJSONEncoder))


def _reason(one: PluginStatus) -> str:
    if one.door:
        return f"{one.door}: {one.message}"
    if one.unapplied:
        return f"unapplied migrations: {', '.join(one.unapplied)}"
    return "; ".join(f"{lane} tripped: {error}" for lane, error in one.tripped.items())
