"""Signing in and out, sessions that end on the way, themes, and what people who may not see a page are told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.audit import violations
from tests.browser.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def title(tab: Page) -> str:
    return tab.get_by_role("heading", level=1).inner_text().strip()


def test_signing_in_leads_to_the_page_that_was_asked_for(open_tab: OpenTab, console: list[str]) -> None:
    tab = open_tab()
    tab.goto("/todos/?show=done")
    assert title(tab) == "Sign in"
    tab.get_by_label("Username").fill("erin")
    tab.get_by_label("Password").fill("demo-erin")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/todos/?show=done")
    assert title(tab) == "To-dos"
    assert console == []


def test_a_wrong_password_is_told_at_the_top_and_the_name_is_kept(open_tab: OpenTab, axe: str) -> None:
    tab = open_tab()
    tab.goto("/accounts/login/")
    tab.get_by_label("Username").fill("erin")
    tab.get_by_label("Password").fill("demo-arthur")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("alert")).to_be_focused()
    expect(tab.get_by_role("alert")).to_contain_text("username and password")
    expect(tab.get_by_label("Username")).to_have_value("erin")
    assert violations(tab, axe) == []


def test_signing_out_ends_the_session(open_tab: OpenTab, console: list[str]) -> None:
    tab = open_tab()
    tab.goto("/accounts/login/")
    tab.get_by_role("button", name="Sign in as arthur").click()
    tab.get_by_role("button", name="Account of Arthur Okafor").click()
    tab.get_by_role("link", name="Sign out").click()
    tab.wait_for_url("**/accounts/login/")
    tab.goto("/")
    assert title(tab) == "Sign in"
    assert console == []


def test_a_session_that_ends_under_a_click_leads_to_sign_in_and_back(open_tab: OpenTab, console: list[str]) -> None:
    tab = open_tab("erin")
    tab.goto("/todos/?show=team")
    tab.context.clear_cookies(name="sessionid")
    tab.get_by_role("button", name="Tick off").first.click()
    tab.wait_for_url("**/accounts/login/?next=*")
    tab.get_by_role("button", name="Sign in as erin").click()
    tab.wait_for_url("**/todos/?show=team")
    assert title(tab) == "To-dos"
    assert console == []


def test_a_theme_chosen_in_the_menu_leads_back_to_the_page(open_tab: OpenTab, console: list[str]) -> None:
    tab = open_tab("lee")
    tab.goto("/catalog/?kind=api")
    tab.get_by_role("button", name="Account of Lee").click()
    tab.get_by_role("link", name="Dark").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    assert tab.url.endswith("/catalog/?kind=api")
    assert console == []


def test_a_theme_is_one_person_s_on_all_devices(open_tab: OpenTab) -> None:
    tab = open_tab("ann", color_scheme="dark")
    tab.goto("/")
    tab.get_by_role("button", name="Account of Ann").click()
    tab.get_by_role("link", name="Light").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "light")
    elsewhere, bob = open_tab("ann", color_scheme="dark"), open_tab("bob", color_scheme="dark")
    elsewhere.goto("/todos/")
    bob.goto("/todos/")
    background = "getComputedStyle(document.body).backgroundColor"
    assert elsewhere.evaluate(background) == tab.evaluate(background)
    assert bob.evaluate(background) != tab.evaluate(background)


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [("/nothing/", 404, "This page does not exist"), ("/moody/", 403, "You may not")],
    ids=["missing", "forbidden"],
)
def test_a_page_that_is_not_shown_is_explained_inside_the_portal(
    open_tab: OpenTab, axe: str, path: str, status: int, heading: str
) -> None:
    tab = open_tab("erin")
    answer = tab.goto(path)
    assert answer is not None
    assert answer.status == status
    assert title(tab).startswith(heading)
    expect(tab.get_by_role("navigation", name="Main").get_by_role("link", name="To-dos")).to_be_visible()
    expect(tab.locator("main")).to_contain_text(answer.headers["x-request-id"])
    assert violations(tab, axe) == []
    tab.get_by_role("link", name="Go to the home page").click()
    assert title(tab) == "Home"
