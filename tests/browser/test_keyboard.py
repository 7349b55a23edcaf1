"""By keyboard alone: the way around a page, its menus, and the whole journey through to-dos."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab, settled
from tests.browser.devices import PHONE
from tests.browser.keyboard import MOST_STOPS, focused, has_focus, shows_ring, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def at(tab: Page, path: str) -> Page:
    tab.goto(path)
    settled(tab)
    return tab


def test_the_first_stop_skips_to_the_content(open_tab: OpenTab) -> None:
    tab = at(open_tab("erin"), "/todos/")
    tab.keyboard.press("Tab")
    assert focused(tab) == 'link "Skip to content"'
    expect(tab.locator(":focus")).to_be_in_viewport()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
    tab.keyboard.press("Tab")
    assert focused(tab) == 'link "Add to-do"'


@pytest.mark.parametrize("path", ["/", "/todos/", "/catalog/"])
def test_every_stop_shows_that_it_has_the_focus(open_tab: OpenTab, path: str) -> None:
    tab = at(open_tab("erin"), path)
    unseen = []
    for _ in range(MOST_STOPS):
        tab.keyboard.press("Tab")
        if not has_focus(tab):
            break
        if not shows_ring(tab):
            unseen.append(focused(tab))
    assert unseen == []


@pytest.mark.parametrize("path", ["/", "/catalog/"])
def test_the_focus_moves_as_the_page_reads(open_tab: OpenTab, path: str) -> None:
    """Down a column, and from one column to the next on its right."""
    tab = at(open_tab("erin"), path)
    tab.locator("#content").focus()
    columns = [0.0]
    for _ in range(MOST_STOPS):
        tab.keyboard.press("Tab")
        if not tab.evaluate("!!document.activeElement.closest('#content')"):
            break
        card = "document.activeElement.closest('.home-column, .facets, .results, .page')"
        columns.append(tab.evaluate(f"{card}.getBoundingClientRect().left"))
    assert columns == sorted(columns)


def test_the_account_menu_opens_and_closes_by_keys(open_tab: OpenTab) -> None:
    tab = at(open_tab("erin"), "/")
    menu = tab.locator("#account")
    tab_to(tab, 'button "Account of Erin Walsh"')
    tab.keyboard.press("Enter")
    expect(menu).to_be_visible()
    tab.keyboard.press("Tab")
    assert focused(tab) == 'link "System"'
    tab.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert focused(tab) == 'button "Account of Erin Walsh"'


def test_the_navigation_of_a_phone_opens_and_closes_by_keys(open_tab: OpenTab) -> None:
    tab = at(open_tab("erin", PHONE), "/")
    rail = tab.locator("#rail")
    tab_to(tab, 'button "Menu"')
    tab.keyboard.press("Enter")
    expect(rail).to_be_visible()
    tab.keyboard.press("Tab")
    assert tab.evaluate("!!document.activeElement.closest('#rail')")
    tab.keyboard.press("Escape")
    expect(rail).to_be_hidden()
    assert focused(tab) == 'button "Menu"'


def test_the_slash_key_leads_to_the_search(open_tab: OpenTab) -> None:
    tab = at(open_tab("erin"), "/")
    tab.keyboard.press("/")
    assert focused(tab).startswith('searchbox "Search"')
    tab.keyboard.type("refund")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Results for “refund”")
    tab_to(tab, 'link "refund-worker"')


def test_the_same_word_typed_again_after_escape_brings_its_suggestions_back(open_tab: OpenTab) -> None:
    tab = open_tab("kim")
    tab.goto("/catalog/")
    tab.keyboard.press("/")
    tab.keyboard.type("refund")
    expect(tab.locator("#suggestions")).to_contain_text("refund-worker")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    tab.keyboard.type("refund")
    expect(tab.locator("#suggestions")).to_be_visible()
    expect(tab.locator("#suggestions")).to_contain_text("refund-worker")


@pytest.mark.parametrize(
    ("path", "box", "said"),
    [
        ("/catalog/?kind=api", "Filter by name", "1 API"),
        ("/catalog/default/api/payments/definition/", "Filter operations", "1 operation"),
    ],
    ids=["list", "definition"],
)
def test_what_a_filter_leaves_is_said(open_tab: OpenTab, path: str, box: str, said: str) -> None:
    tab = open_tab("kim")
    tab.goto(path)
    tab.get_by_role("searchbox", name=box).press_sequentially("refund" if "default" in path else "accounts")
    expect(tab.locator("#notices")).to_have_text(said)


def test_suggestions_of_the_search_are_gone_through_with_arrows(open_tab: OpenTab, console: list[str]) -> None:
    tab = at(open_tab("erin"), "/")
    tab.keyboard.press("/")
    tab.keyboard.type("refund")
    suggestions = tab.locator("#suggestions")
    expect(suggestions).to_contain_text("refund-worker")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Escape")
    expect(suggestions).to_be_hidden()
    assert focused(tab).startswith('searchbox "Search"')
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("refund-worker")
    assert console == []


def test_a_to_do_is_added_ticked_off_and_deleted_by_keyboard_alone(open_tab: OpenTab, console: list[str]) -> None:
    tab = at(open_tab("kim"), "/")
    tab_to(tab, 'link "To-dos"')
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/todos/")

    tab_to(tab, 'link "Add to-do"')
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("Title")).to_be_focused()
    tab.keyboard.type("Feed the cat")
    tab.keyboard.press("Enter")
    expect(tab.locator("#notices")).to_contain_text("Added “Feed the cat”.")
    row = tab.get_by_role("listitem").filter(has_text="Feed the cat")
    expect(row).to_be_visible()
    expect(tab.get_by_label("Title")).to_be_focused()

    tab_to(tab, 'button "Tick off Feed the cat"')
    tab.keyboard.press("Enter")
    expect(tab.locator("#notices")).to_contain_text("Ticked off “Feed the cat”.")
    expect(row).to_contain_text("Done")
    assert focused(tab) == 'button "Reopen Feed the cat"'

    tab.keyboard.press("Tab")
    assert focused(tab) == 'link "Feed the cat"'
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/todos/*/")
    tab_to(tab, 'link "Delete"')
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Delete to-do")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#notices")).to_contain_text("Deleted “Feed the cat”.")
    expect(tab.get_by_text("“Feed the cat” is deleted.")).to_be_visible()

    tab_to(tab, 'link "Back to to-dos"', key="Shift+Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/todos/")
    expect(tab.get_by_role("link", name="Water the plants of Kim")).to_be_visible()
    expect(row).to_have_count(0)
    assert console == []
