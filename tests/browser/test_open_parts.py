"""What opens on a page is as accessible as the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.audit import violations, wider_than
from tests.browser.conftest import OpenTab, settled
from tests.browser.devices import DESKTOP, PHONE, Device

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "device", "button", "part"),
    [
        ("/", DESKTOP, "Account of Erin Walsh", "#account"),
        ("/", PHONE, "Menu", "#rail"),
        ("/catalog/", PHONE, "Filters", ".facets"),
        ("/catalog/", DESKTOP, "Columns", "#catalog-columns"),
    ],
    ids=["account menu", "navigation", "filters", "columns"],
)
def test_an_open_menu_breaks_no_rule_of_accessibility(
    open_tab: OpenTab, console: list[str], axe: str, path: str, device: Device, button: str, part: str, theme: str
) -> None:
    tab = open_tab("erin", device, color_scheme=theme)
    tab.goto(path)
    settled(tab)
    tab.get_by_role("button", name=button, exact=True).click()
    expect(tab.locator(part)).to_be_visible()
    assert violations(tab, axe, part) == []
    assert console == []


@pytest.mark.parametrize(
    ("device", "theme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone-light", "desktop-dark"]
)
def test_suggestions_of_the_search_break_no_rule_of_accessibility(
    open_tab: OpenTab, console: list[str], axe: str, device: Device, theme: str
) -> None:
    tab = open_tab("erin", device, color_scheme=theme)
    tab.goto("/")
    tab.get_by_role("searchbox", name="Search").press_sequentially("payment")
    expect(tab.locator("#suggestions")).to_contain_text("payment-service")
    assert violations(tab, axe, "#search") == []
    assert not wider_than(tab, device.width)
    assert console == []


def test_an_edited_entity_with_what_changes_breaks_no_rule_of_accessibility(open_tab: OpenTab, axe: str) -> None:
    tab = open_tab("erin", color_scheme="dark")
    tab.goto("/catalog/default/component/payment-service/edit/")
    tab.get_by_label("Owner").fill("nobody")
    tab.get_by_role("button", name="Show the change").click()
    expect(tab.get_by_label("Lines that change")).to_contain_text("owner: nobody")
    assert violations(tab, axe) == []


def test_a_form_that_was_refused_breaks_no_rule_of_accessibility(open_tab: OpenTab, axe: str) -> None:
    tab = open_tab("erin")
    tab.goto("/todos/")
    tab.get_by_role("link", name="Add to-do").click()
    tab.get_by_label("Title").evaluate("field => field.form.noValidate = true")
    tab.get_by_role("button", name="Add to-do").click()
    expect(tab.get_by_role("alert")).to_be_focused()
    assert violations(tab, axe) == []


def test_a_notice_breaks_no_rule_of_accessibility(open_tab: OpenTab, axe: str) -> None:
    tab = open_tab("kim", reduced_motion="reduce")
    tab.goto("/todos/")
    tab.get_by_role("button", name="Tick off Water the plants of Kim").click()
    expect(tab.locator("#notices .notice")).to_be_visible()
    assert violations(tab, axe) == []
    tab.get_by_role("button", name="Reopen Water the plants of Kim").click()


def test_cards_that_are_late_or_failed_break_no_rule_of_accessibility(open_tab: OpenTab, axe: str) -> None:
    for name, card in (("lee", "Late"), ("fay", "Failing")):
        tab = open_tab(name)
        tab.goto("/", wait_until="commit")
        expect(tab.get_by_role("article", name=card)).to_be_visible()
        assert violations(tab, axe) == []
