"""What the documentation points to exists: pages, headings, files, modules, make targets, commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands

from plugins.catalog.validation.schemas import KINDS
from plugins.todos.apps import Todos
from portal import __version__
from portal.guard import DOORS
from portal.plugin import Card, Link, Plugin
from portal.registry import registry
from tests.docs.pages import PAGES, ROOT, anchors, code, links, text

OTHERS = {"plugins.md", "frontend.md"}  # tests/contract and tests/front_end look after them
MADE = {"deploy/secrets/"}  # by commands that the documentation names
OWN_PAGES = [page for page in PAGES if page.name not in OTHERS]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
each_own_page = pytest.mark.parametrize("page", OWN_PAGES, ids=lambda page: page.name)


@each_page
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (page.parent / parts.path).resolve() if parts.path else page
        if not target.exists() or (parts.fragment and parts.fragment not in anchors(target)):
            broken.append(link)
    assert broken == []


@each_page
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for line in code(page) for target in re.findall(r"\bmake ([a-z][a-z0-9-]*)", line)}
    assert named - targets == set()


@each_page
def test_every_management_command_that_is_named_exists(page: Path) -> None:
    named = {command for line in code(page) for command in re.findall(r"manage\.py ([a-z]\w*)", line)}
    assert named - set(get_commands()) == set()


@each_own_page
def test_every_file_that_is_named_exists(page: Path) -> None:
    path = re.compile(
        r"(?:config|portal|plugins|templates|static|tests|docs|frontend|benchmarks|deploy|demo)/[\w./-]*[\w/]"
    )
    named = {span for span in code(page) if path.fullmatch(span)}
    assert {name for name in named - MADE if not (ROOT / name).exists()} == set()


def test_the_architecture_names_every_module_of_the_host() -> None:
    modules = {
        path.relative_to(ROOT).as_posix()
        for folder in ("config", "portal")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py" and "migrations" not in path.parts
    }
    page = text(ROOT / "docs" / "architecture.md")
    in_folders = {f"{folder}{name}" for folder, names in re.findall(r"`([\w/]+/)`: ((?:`\w+\.py`(?:, )?)+)", page)
                  for name in re.findall(r"`(\w+\.py)`", names)}  # fmt: skip
    assert {module for module in modules if f"`{module}`" not in page} - in_folders == set()


def test_the_architecture_explains_every_door() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text(ROOT / "docs" / "architecture.md"), re.MULTILINE)
    explained = {door for row in rows for door in re.findall(r"`(\w+)`", row)}
    assert explained == set(DOORS)


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[?(\d\S*?)\]?(?: |$)", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == __version__


def test_the_plugin_in_the_readme_is_the_one_in_the_bundle() -> None:
    shown: dict[str, Any] = {"Card": Card, "Link": Link, "Plugin": Plugin, "__name__": "readme"}
    exec(re.findall(r"```python\n(class Todos.*?)```", text(ROOT / "README.md"), re.DOTALL)[0], shown)  # noqa: S102
    readme, bundled = shown["Todos"], Todos
    for name in ("__doc__", "name", "version", "requires_portal", "permissions", "everyone", "nav"):
        assert getattr(readme, name) == getattr(bundled, name), name
    for field in ("name", "template", "slot", "permission", "context"):
        assert getattr(readme.cards[0], field) == getattr(bundled.cards[0], field), field


def test_the_porting_table_names_the_kinds_that_the_catalog_knows() -> None:
    kinds = re.findall(r"Kinds: ([\w, ]+)", text(ROOT / "docs" / "backstage.md"))
    assert set(kinds[0].strip().split(", ")) == set(KINDS)


def test_the_porting_table_names_the_routes_that_the_catalog_serves() -> None:
    api = registry.plugins["catalog"].api
    assert api is not None
    served = set(api.get_openapi_schema(path_prefix="/api/catalog/")["paths"])
    named = {span for span in code(ROOT / "docs" / "backstage.md") if re.match("/api/catalog/.", span)}
    assert named == served


def test_every_system_check_is_documented() -> None:
    checks = {
        check for path in (ROOT / "portal").rglob("*.py") for check in re.findall(r'id="(portal\.\w\d+)"', text(path))
    }
    described = text(ROOT / "docs" / "plugins.md") + text(ROOT / "docs" / "admin.md")
    assert checks and {check for check in checks if f"`{check}`" not in described} == set()


def test_the_documentation_speaks_calmly() -> None:
    exclaiming = {
        page.name: found
        for page in PAGES
        if (found := re.findall(r".*\w!(?:\s|$)", "\n".join(re.sub(r"`[^`]*`|```.*?```", "", text(page)).splitlines())))
    }
    assert exclaiming == {}
