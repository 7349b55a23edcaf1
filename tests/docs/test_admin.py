"""The administrators' handbook holds every variable, with the default the code has, and quotes the portal's words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.docs.pages import ROOT, table_rows, text

HANDBOOK = ROOT / "docs" / "admin.md"
FOREIGN_WORDS = {
    "too many redirects",
    "Invalid HTTP_HOST header",
    "couldn't get a connection after 5.00 sec",
    "database is locked",
}


class Read(NamedTuple):
    """A variable that the code reads, and its default when that is written there as a constant."""

    name: str
    default: object


def variables() -> Iterator[Read]:
    """Yield what is read through config.env in the host's code."""
    for path in [*(ROOT / "config").rglob("*.py"), *(ROOT / "portal").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                default = node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else None
                yield Read(str(node.args[0].value), default)


def documented() -> dict[str, str]:
    """Return the default of each variable as the handbook gives it."""
    rows = [row for row in table_rows(HANDBOOK) if len(row) == 3]
    return {row[0].strip("`"): row[1] for row in rows if re.fullmatch(r"`[A-Z_]+`", row[0])}


def test_the_code_reads_variables() -> None:
    assert {"FOYER_MODE", "FOYER_VAR_DIR", "DATABASE_URL", "HOST"} <= {one.name for one in variables()}


def test_every_variable_is_in_the_handbook() -> None:
    assert {one.name for one in variables()} - documented().keys() == set()


def test_the_handbook_names_no_variable_that_nothing_reads() -> None:
    compose = set(re.findall(r"\$\{(FOYER_\w+)", text(ROOT / "docker-compose.yml")))
    named = {name.removesuffix("_FILE") for name in re.findall(r"FOYER_[A-Z_]*[A-Z]", text(HANDBOOK))}
    assert named - {one.name for one in variables()} - compose == set()


def test_the_defaults_in_the_handbook_are_those_of_the_code() -> None:
    known = documented()
    wrong = {}
    for one in variables():
        if one.default is None or one.default == "":
            continue
        written = str(int(one.default)) if isinstance(one.default, bool) else str(one.default)
        if f"`{written}`" not in known[one.name]:
            wrong[one.name] = (written, known[one.name])
    assert wrong == {}


def test_the_troubleshooting_table_quotes_what_the_portal_says() -> None:
    sources = " ".join(
        path.read_text(encoding="utf-8")
        for folder, pattern in (("portal", "*.py"), ("config", "*.py"), ("templates", "*.html"), ("deploy", "*.html"))
        for path in (ROOT / folder).rglob(pattern)
    )
    said = re.sub(r'"\s*\n?\s*f?"', "", sources)
    table = text(HANDBOOK).partition("## Troubleshooting")[2]
    quoted = {
        words for row in re.findall(r"^\| (.+?) \|", table, re.MULTILINE) for words in re.findall(r'"(.+?)"', row)
    }
    assert quoted
    unknown = {words for words in quoted - FOREIGN_WORDS if not _is_said(words.strip("… "), said)}
    assert unknown == set()


def _is_said(words: str, said: str) -> bool:
    """Say whether the words occur; a value in them stands for any placeholder of the code."""
    return words in said or re.search(re.escape(words).replace(r"0\.0\.0\.0", r"\{\w+\}"), said) is not None
