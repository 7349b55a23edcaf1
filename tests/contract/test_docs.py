"""The documentation of the contract names everything there is: names, fields, slots, doors, checks and variables."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import portal.api
import portal.plugin
import portal.testing
from portal.cards import cleaning
from portal.guard import DOORS
from portal.loading.csp_needs import DIRECTIVES
from portal.loading.declarations import HOST_LINK_SLOTS, HOST_SLOTS, RESERVED_LABELS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def contract() -> set[str]:
    """Return every word that the page about the contract writes as code."""
    return words(ROOT / "docs" / "plugins.md")


def words(page: Path) -> set[str]:
    """Return the words in code spans and code blocks of a page, dotted names whole and in parts."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?^```$", text, re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))
    code = "\n".join([*blocks, *spans])
    return {*re.findall(r"[\w.:-]+", code), *re.findall(r"\w+", code), *re.findall(r"[\w-]+", code)}


@pytest.mark.parametrize("module", [portal.plugin, portal.api, portal.testing], ids=lambda module: module.__name__)
def test_every_public_name_is_explained(contract: set[str], module: Any) -> None:
    assert set(module.__all__) - contract == set()


@pytest.mark.parametrize(
    "declared", [portal.plugin.Card, portal.plugin.Link, portal.plugin.Slot, portal.api.CardContext]
)
def test_every_field_of_a_declaration_is_explained(contract: set[str], declared: Any) -> None:
    assert {field.name for field in fields(declared)} - contract == set()


def test_every_attribute_of_a_plugin_is_explained(contract: set[str]) -> None:
    attributes = set(inspect.get_annotations(portal.plugin.Plugin))
    assert attributes
    assert attributes - contract == set()


@pytest.mark.parametrize(
    "names", [HOST_SLOTS, HOST_LINK_SLOTS, DIRECTIVES, DOORS], ids=["slots", "links", "csp", "doors"]
)
def test_every_slot_door_and_directive_is_named(contract: set[str], names: tuple[str, ...]) -> None:
    assert set(names) - contract == set()


def test_every_label_that_the_host_keeps_is_named(contract: set[str]) -> None:
    assert RESERVED_LABELS - contract == set()


def test_every_attribute_that_a_card_may_have_is_named(contract: set[str]) -> None:
    of_all = {name.removeprefix("aria-") for name in cleaning.ATTRIBUTES["*"]}
    assert of_all - contract == set()


def test_every_system_check_is_explained() -> None:
    ids = {
        found
        for path in (ROOT / "portal").rglob("*.py")
        for found in re.findall(r"portal\.[WE]\d{3}", path.read_text())
    }
    assert ids
    assert ids - (words(ROOT / "docs" / "plugins.md") | words(ROOT / "docs" / "admin.md")) == set()


def variables() -> Iterator[str]:
    """Yield the environment variables that the settings and the server read."""
    for path in (ROOT / "config").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).startswith(("env.", "os.environ.get"))
                and node.args
            ):
                name = node.args[0]
                if (
                    isinstance(name, ast.Constant)
                    and isinstance(name.value, str)
                    and re.fullmatch("[A-Z_]+", name.value)
                ):
                    yield name.value


def test_every_environment_variable_is_explained() -> None:
    found = set(variables())
    assert "FOYER_PLUGINS" in found
    assert found - (words(ROOT / "docs" / "admin.md") | words(ROOT / "docs" / "plugins.md")) == set()


def test_the_limits_in_the_text_are_those_of_the_code() -> None:
    from portal import circuit
    from portal.cards import context, read_only, runner

    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    for said in (
        f"{runner.PAGE_SECONDS * 1000:g} ms",
        f"After {runner.HARD_LIMIT_SECONDS:g} s",
        f"{runner.LARGEST_HTML // 1024} KB",
        f"stopped after {read_only.STATEMENT_SECONDS:g} s",
        f"at most {circuit.CARD_CALLS} of its cards",
        f"a trial after {circuit.FIRST_PAUSE_SECONDS:g} s",
        f"up to {circuit.LONGEST_PAUSE_SECONDS:g} s",
        f"room for {context.ROWS['S']}, {context.ROWS['M']}, {context.ROWS['L']} rows",
    ):
        assert said in text, said
