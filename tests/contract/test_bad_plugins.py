"""Each bad plugin beside a good one, in a process of its own, then all of them together: the host stands."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import plugins
from tests.contract import faults

Drive = Callable[..., dict[str, Any]]

pytestmark = [pytest.mark.one_database, pytest.mark.slow]


def assert_the_host_stands(report: dict[str, Any]) -> None:
    """The host's and the good plugin's pages answer, and the commands end well."""
    for name in ("migrate", "check", "makemigrations", "list"):
        assert report[name]["code"] == 0, f"{name}: {report[name]['output']}"
    for who in ("stranger", "bob", "ann", "bob_after"):
        for url, answer in report[who].items():
            if not url.startswith(("/cards/", "/api/")) or "healthy" in url:
                first = url.strip("/").partition("/")[0]
                expected = (
                    faults.PAGES[first].status if first in faults.PAGES else 404 if first in faults.EVERYTHING else 200
                )
                assert answer["status"] == expected, f"{who} at {url}: {answer['status']}\n{report['log'][-3000:]}"
    for url in ("/", "/healthy/"):
        assert 'href="/healthy/"' in report["bob_after"][url]["body"]
    assert "All is well for bob." in report["bob_after"]["/"]["body"]
    kept = [["ann", "Ann", ""], ["bob", "Bob", "Brown"]]
    assert report["writes"] == {"code": 0, "superusers": 1, "kept": kept}, report["writes"]


def admin_row(report: dict[str, Any], label: str) -> str:
    """Return the text of a plugin's row in the admin's list."""
    page = html.unescape(report["ann"]["/admin/portal/pluginstate/"]["body"])
    # The admin quotes the underscores of a primary key in its URLs.
    rows = [row for row in page.split("<tr>") if f"/{label.replace('_', '_5F')}/change/" in row]
    assert rows, f"The admin doesn't list {label}."
    return rows[0]


def assert_it_is_quarantined(report: dict[str, Any], name: str) -> None:
    """The admin's list, the check and the command name the plugin, the door and the reason."""
    fault = faults.QUARANTINED[name]
    row = admin_row(report, name)
    assert "quarantined" in row
    assert f"{fault.door}: " in row
    assert fault.reason in row
    assert f"Plugin {name} is quarantined: {fault.door} failed." in report["check"]["output"]
    assert f"{fault.door}: " in report["list"]["output"]


FIRST_AT_EACH_DOOR = {fault.door: name for name, fault in reversed(faults.QUARANTINED.items())}.values()


def card(name: str) -> str:
    return f"/cards/{name}/one/"


@pytest.mark.parametrize("name", faults.QUARANTINED)
def test_a_plugin_that_fails_at_a_door_is_left_out_whole(drive: Drive, name: str) -> None:
    # Strict mode is the same for all who fail at a door, and a start of its own: the first of each door will do.
    strict = ("--strict",) if name in FIRST_AT_EACH_DOOR else ()
    report = drive(name, arguments=(*strict, f"/{name}/", card(name), f"/api/{name}/openapi.json"))

    assert_the_host_stands(report)
    assert_it_is_quarantined(report, name)
    for url in (f"/{name}/", card(name), f"/api/{name}/openapi.json"):
        assert report["bob"][url]["status"] == 404
    if strict:
        assert f"PluginFailed: Plugin {name} (" in report["strict"]
        assert f"failed at {faults.QUARANTINED[name].door}: " in report["strict"]


@pytest.mark.parametrize("name", faults.NOT_MIGRATED)
def test_a_plugin_without_its_tables_stays_off_and_says_why(drive: Drive, name: str) -> None:
    report = drive(name, arguments=(f"/{name}/",))

    assert_the_host_stands(report)
    row = admin_row(report, name)
    assert "not migrated" in row
    assert faults.NOT_MIGRATED[name].reason in row
    assert faults.NOT_MIGRATED[name].door in row


@pytest.mark.parametrize("name", faults.WARNED)
def test_a_plugin_with_a_questionable_model_is_on_and_warned_about(drive: Drive, name: str) -> None:
    report = drive(name)

    assert_the_host_stands(report)
    assert "enabled" in admin_row(report, name)
    assert faults.WARNED[name] in report["check"]["output"]


@pytest.mark.parametrize("name", faults.PAGES)
def test_a_page_fails_alone(drive: Drive, name: str) -> None:
    report = drive(name, arguments=(f"/{name}/",))

    assert_the_host_stands(report)
    assert "enabled" in admin_row(report, name)
    assert_it_answers(report, f"/{name}/", faults.PAGES[name])


@pytest.mark.parametrize("name", faults.API)
def test_an_api_operation_fails_alone(drive: Drive, name: str) -> None:
    report = drive(name, arguments=(f"/api/{name}/thing",))

    assert_the_host_stands(report)
    assert_it_answers(report, f"/api/{name}/thing", faults.API[name])


@pytest.mark.parametrize("name", faults.CARDS)
def test_a_card_fails_alone(drive: Drive, name: str) -> None:
    report = drive(name, arguments=(card(name),))

    assert_the_host_stands(report)
    assert_it_answers(report, card(name), faults.CARDS[name])
    home = report["bob_after"]["/"]["body"]
    assert home.count("<!--") == home.count("-->") == 0
    assert home.rstrip().endswith("</html>")
    for words in faults.CARDS[name].never:
        assert words not in home.partition('id="card-')[2].partition("<footer")[0].replace("<h1 ", "<h1-of-the-page ")


def assert_it_answers(report: dict[str, Any], url: str, expected: faults.Answer) -> None:
    answer = report["bob"][url]
    assert answer["status"] == expected.status
    assert expected.says in answer["body"]
    for words in expected.never:
        assert words not in answer["body"]


def test_all_bad_plugins_together_leave_the_host_standing(drive: Drive) -> None:
    urls = [*(f"/{name}/" for name in faults.PAGES), *map(card, faults.CARDS)]
    report = drive(*faults.EVERYTHING, arguments=tuple(urls))

    assert_the_host_stands(report)
    for name in faults.QUARANTINED:
        assert_it_is_quarantined(report, name)
    for name in faults.NOT_MIGRATED:
        assert "not migrated" in admin_row(report, name)
    for name, expected in faults.PAGES.items():
        assert_it_answers(report, f"/{name}/", expected)


def test_strict_mode_lets_good_plugins_and_faults_of_run_time_pass(drive: Drive) -> None:
    report = drive("view_raises", "card_raises", "models_constrain_users", arguments=("--strict",))

    assert_the_host_stands(report)
    assert report["strict"] == ""


def test_no_plugins_at_all_is_safe_mode(drive: Drive) -> None:
    report = drive(FOYER_PLUGINS="")

    for url in ("/", "/settings/theme/", "/readyz", "/api/"):
        assert report["bob"][url]["status"] == 200
    assert report["bob"]["/healthy/"]["status"] == 404
    assert report["writes"]["code"] == 0


def test_every_bad_plugin_is_tried() -> None:
    folders = {path.name for path in Path(plugins.__path__[0]).iterdir() if path.is_dir()}
    assert folders - {"healthy", "__pycache__"} == set(faults.EVERYTHING)
