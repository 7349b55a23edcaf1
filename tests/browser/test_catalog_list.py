"""The parts of the catalog's list agree with each other when one of them changes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_the_columns_that_a_person_keeps_stay_when_the_filter_is_typed(open_tab: OpenTab) -> None:
    tab = open_tab("kim")
    tab.goto("/catalog/?kind=api&columns=lifecycle,type")
    tab.get_by_role("button", name="Columns").click()
    tab.locator("#catalog-columns").get_by_label("System").check()
    tab.locator("#catalog-columns").get_by_role("button", name="Keep").click()
    heading = tab.get_by_role("columnheader", name="System")
    expect(heading).to_be_visible()
    tab.get_by_role("searchbox", name="Filter by name").press_sequentially("payment")
    expect(tab.locator(".chip", has_text="Text: payment")).to_be_visible()
    expect(heading).to_be_visible()
    expect(tab.get_by_role("link", name="APIs").and_(tab.locator("[aria-current=true]"))).to_be_visible()


def test_who_keeps_columns_is_back_at_the_button_that_opened_them(open_tab: OpenTab) -> None:
    tab = open_tab("kim")
    tab.goto("/catalog/?kind=api")
    button = tab.get_by_role("button", name="Columns")
    button.press("Enter")
    tab.locator("#catalog-columns").get_by_role("button", name="Keep").press("Enter")
    expect(button).to_be_focused()


def test_the_number_of_starred_entities_follows_a_star(open_tab: OpenTab) -> None:
    tab = open_tab("kim")
    tab.goto("/catalog/")
    scope = tab.get_by_role("navigation", name="Views").get_by_role("link", name="Starred")
    star = tab.get_by_role("button", name="Star account-service")
    for words in ("Starred1", "Starred0"):
        star.click()
        expect(scope).to_have_text(words)


def test_without_script_the_filter_keeps_what_else_the_address_asks_for(open_tab: OpenTab) -> None:
    tab = open_tab("kim", java_script_enabled=False)
    tab.goto("/catalog/?kind=api&columns=lifecycle,type")
    tab.get_by_role("searchbox", name="Filter by name").fill("payment")
    tab.get_by_role("button", name="Filter", exact=True).click()
    assert "kind=api" in tab.url
    assert "columns=lifecycle" in tab.url
