"""Writes a plugin of the usual shape: page, card, API, permission and a passing test."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import __version__
from portal.loading.declarations import RESERVED_LABELS
from portal.registry import registry

TEMPLATE = Path(__file__).resolve().parents[2] / "plugin_template"


class Command(BaseCommand):
    """The new plugin works as it is, once it is listed in INSTALLED_APPS."""

    help = "Write a new plugin into plugins/NAME, or into --directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the name and where to write."""
        parser.add_argument("name", help="the label: a-z, 0-9 and _, beginning with a letter")
        parser.add_argument("--directory", help="a package folder on the Python path; plugins by default")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, and say what to do next."""
        label = options["name"]
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", label) or label in RESERVED_LABELS:
            raise CommandError(f'"{label}" can\'t be a label: use a-z, 0-9 and _, beginning with a letter.')
        if label in registry.plugins:
            raise CommandError(f'There is a plugin "{label}" already.')
        parent = Path(options["directory"] or Path(settings.BASE_DIR) / "plugins")
        target = parent / label
        if target.exists():
            raise CommandError(f"{target} exists already.")
        package = f"{parent.name}.{label}"
        values = {
            "label": label,
            "package": package,
            "class_name": "".join(part.title() for part in label.split("_")),
            "title": label.replace("_", " ").capitalize(),
            "portal": f">={__version__.rpartition('.')[0]},<{int(__version__.partition('.')[0]) + 1}",
        }
        for source in sorted(TEMPLATE.rglob("*.tpl")):
            relative = source.relative_to(TEMPLATE).as_posix().removesuffix(".tpl").replace("LABEL", label)
            path = target / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(source.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
        self.stdout.write(f'Wrote {target}. Add "{package}" to INSTALLED_APPS, then run make run.')
