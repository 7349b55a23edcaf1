"""What an author should mend in a plugin that loads: the rules behind ``manage.py plugins check``."""

from __future__ import annotations

import ast
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse
from django.utils.module_loading import import_string

from portal import checks
from portal.registry import LoadedPlugin, registry
from portal.services.icons import icon_names

CONTRACT = ("portal.plugin", "portal.api", "portal.testing")
STYLESHEET_BYTES = 7 * 1024
_TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_ICON = re.compile(r"""\{% icon ["']([^"']*)""")
_SCRIPTED = re.compile(r"^(on\w+|hx-on.*|style)$")


@dataclass(frozen=True)
class Finding:
    """One thing to mend: the rule it breaks, where, and what to do."""

    rule: str
    where: str
    message: str


def lint(one: LoadedPlugin) -> list[Finding]:
    """Return everything to mend in the plugin, in the order of its files; an empty list is a clean plugin."""
    rules = (_declarations, _permissions, _cards, _links, _icons, _templates, _stylesheets, _imports, _models)
    return [finding for rule in rules for finding in rule(one)]


def _declarations(one: LoadedPlugin) -> Iterator[Finding]:
    if not (type(one.plugin).__doc__ or "").strip():
        yield Finding("description", "apps.py", "Say in the class's docstring what the plugin is for.")
    if (one.pages or one.api or one.plugin.cards) and not one.plugin.permissions:
        yield Finding("permissions", "apps.py", "Declare permissions: without any, every account may use it.")


def _permissions(one: LoadedPlugin) -> Iterator[Finding]:
    for resolver in (one.pages, one.api_urls):
        for pattern in _patterns(resolver) if resolver else ():
            permission = getattr(pattern.callback, "required_permission", "")
            if permission and permission not in registry.permissions:
                yield Finding(
                    "permissions", f"{pattern.name or pattern.pattern}", f"Declare the permission {permission}."
                )


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _patterns(pattern)


def _cards(one: LoadedPlugin) -> Iterator[Finding]:
    for card in one.plugin.cards:
        where = f'card "{card.name}"'
        try:
            get_template(card.template)
            if card.context:
                import_string(card.context)
            if card.link:
                reverse(card.link)
        except (TemplateDoesNotExist, TemplateSyntaxError, ImportError, NoReverseMatch) as error:
            yield Finding("cards", where, f"{type(error).__name__}: {error}")
        if not card.slot.startswith("home:") and card.slot not in registry.slots:
            yield Finding("slots", where, f'No loaded plugin declares the slot "{card.slot}".')


def _links(one: LoadedPlugin) -> Iterator[Finding]:
    for link in one.plugin.nav:
        if link.slot in registry.slots:
            continue
        try:
            reverse(link.url)
        except NoReverseMatch:
            yield Finding("links", f'link "{link.label}"', f'There is no URL named "{link.url}".')


def _icons(one: LoadedPlugin) -> Iterator[Finding]:
    named = [(f'card "{card.name}"', card.icon) for card in one.plugin.cards]
    named += [(f'link "{link.label}"', link.icon) for link in one.plugin.nav]
    root = Path(one.plugin.path) / "templates"
    for path in sorted(root.rglob("*.html")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            named += [(f"templates/{path.relative_to(root).as_posix()}:{number}", name) for name in _ICON.findall(line)]
    for where, name in named:
        if name and name not in icon_names():
            yield Finding("icons", where, f'The sprite has no icon "{name}": a circle stands in its place.')


def _templates(one: LoadedPlugin) -> Iterator[Finding]:
    root = Path(one.plugin.path) / "templates"
    for path in sorted(root.rglob("*.html")):
        parser = _TemplateRules(f"templates/{path.relative_to(root).as_posix()}")
        parser.feed(_TAGS.sub(lambda tag: "\n" * tag[0].count("\n"), path.read_text(encoding="utf-8")))
        yield from parser.findings


class _TemplateRules(HTMLParser):
    """Nothing inline, and what a reader of the screen can't do without."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.findings: list[Finding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check one element."""
        values = {name: value or "" for name, value in attrs}
        if tag in ("style", "script"):
            self._add("inline", f"<{tag}> is blocked by the Content-Security-Policy: use static/<label>/plugin.css.")
        for name, value in values.items():
            if _SCRIPTED.match(name) or value.lstrip().startswith(("js:", "javascript:")):
                self._add(
                    "inline", f"{name} is blocked by the Content-Security-Policy: use a class, or htmx attributes."
                )
        if tag == "img" and "alt" not in values:
            self._add("accessibility", '<img> needs an alt text, or alt="" when it decorates.')
        if values.get("tabindex", "0").isdigit() and int(values.get("tabindex", "0")) > 0:
            self._add("accessibility", "tabindex above 0 breaks the order of the keyboard.")
        named = {"id", "aria-label", "aria-labelledby", "title"} & values.keys()
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "submit") and not named:
            self._add("accessibility", f"<{tag}> needs an id with a <label>, or an aria-label.")

    def _add(self, rule: str, message: str) -> None:
        self.findings.append(Finding(rule, f"{self._name}:{self.getpos()[0]}", message))


def _stylesheets(one: LoadedPlugin) -> Iterator[Finding]:
    root = Path(one.plugin.path)
    for path in sorted((root / "static" / one.label).rglob("*.css")):
        size = len(gzip.compress(path.read_bytes()))
        if size > STYLESHEET_BYTES:
            message = f"It weighs {size:,} bytes compressed; the budget of a page is {STYLESHEET_BYTES:,}."
            yield Finding("weight", path.relative_to(root).as_posix(), message)


def _imports(one: LoadedPlugin) -> Iterator[Finding]:
    root = Path(one.plugin.path)
    others = tuple(other.plugin.name for other in registry.plugins.values() if other.label != one.label)
    for path in sorted(root.rglob("*.py")):
        where = path.relative_to(root).as_posix()
        for module, names, line in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            at = f"{where}:{line}"
            if module.startswith(others) and not module.startswith(one.plugin.name):
                yield Finding("imports", at, f"{module} is another plugin: meet it in a slot.")
            elif module.partition(".")[0] in ("portal", "config") and module not in CONTRACT:
                message = f"{module} is not part of the contract: import {', '.join(CONTRACT)} only."
                yield Finding("imports", at, message)
            elif module in CONTRACT and (unknown := set(names) - set(import_module(module).__all__)):
                message = f"{module} has no {', '.join(sorted(unknown))} in this version of the portal."
                yield Finding("imports", at, message)


def _imported(tree: ast.Module) -> Iterator[tuple[str, list[str], int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, [], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "portal":
            for alias in node.names:
                yield f"portal.{alias.name}", [], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, [alias.name for alias in node.names], node.lineno


def _models(one: LoadedPlugin) -> Iterator[Finding]:
    for message in checks.foreign_keys_leave_no_constraint():
        name = str(message.msg).partition(" ")[0]
        if name.startswith(f"{one.label}."):
            yield Finding("models", name, f"{message.msg} {message.hint}")
