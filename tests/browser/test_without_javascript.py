"""With JavaScript off people read what there is to read, and their forms do what they say."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.devices import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture
def tab(open_tab: OpenTab) -> Page:
    """A tab of Kim's, with JavaScript switched off."""
    return open_tab("kim", java_script_enabled=False)


def title(tab: Page) -> str:
    return tab.get_by_role("heading", level=1).inner_text().strip()


def test_reading_leads_from_sign_in_to_a_definition_and_back(open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False)
    tab.goto("/catalog/")
    tab.get_by_role("button", name="Sign in as erin").click()
    assert title(tab) == "Catalog"
    tab.get_by_role("link", name="Home").click()
    tab.get_by_role("article", name="Owned by me").get_by_role("link", name="payment-service").click()
    assert title(tab) == "payment-service"
    tab.get_by_role("link", name="Payment events").click()
    assert title(tab) == "Payment events"
    tab.get_by_role("link", name="Definition").click()
    expect(tab.get_by_label("Definition").locator("code")).to_contain_text("asyncapi")
    tab.get_by_role("link", name="Announcements").click()
    assert title(tab) == "Announcements"
    tab.go_back()
    assert title(tab) == "Payment events"


def test_the_catalog_is_filtered_sorted_and_paged(tab: Page) -> None:
    tab.goto("/catalog/")
    tab.get_by_role("link", name="Next").click()
    expect(tab.get_by_role("link", name="Previous")).to_be_visible()
    tab.get_by_role("searchbox", name="Filter").fill("payment")
    tab.get_by_role("button", name="Filter").click()
    expect(tab.get_by_role("row", name="payment-service")).to_be_visible()
    tab.get_by_role("complementary", name="Filters").get_by_role("link", name="service").first.click()
    assert "type=service" in tab.url
    assert "q=payment" in tab.url
    tab.get_by_role("columnheader", name="Name").get_by_role("link").click()
    assert "sort=-name" in tab.url


def test_a_list_with_chosen_columns_is_saved_as_a_view_and_got_back(tab: Page) -> None:
    tab.goto("/catalog/?kind=api")
    tab.get_by_role("button", name="Columns").click()
    tab.get_by_label("Tags").check()
    tab.get_by_role("button", name="Keep").click()
    assert title(tab) == "Columns"
    tab.get_by_role("button", name="Keep").click()
    tab.get_by_role("columnheader", name="Tags").wait_for()
    tab.get_by_role("link", name="Save view").click()
    tab.get_by_label("Name").fill("APIs by tag")
    tab.get_by_role("button", name="Save view").click()
    tab.goto("/catalog/")
    tab.get_by_role("link", name="APIs by tag").click()
    expect(tab.get_by_role("link", name="APIs by tag")).to_have_attribute("aria-current", "page")
    assert "kind=api" in tab.url


def test_a_to_do_is_added_ticked_off_deleted_and_brought_back(tab: Page) -> None:
    tab.goto("/todos/")
    tab.get_by_role("link", name="Add to-do").click()
    tab.get_by_label("Title").fill("Buy paper")
    tab.get_by_role("button", name="Add to-do").click()
    expect(tab.get_by_text("Added “Buy paper”.")).to_be_visible()
    tab.get_by_role("button", name="Tick off Buy paper").click()
    expect(tab.get_by_text("Ticked off “Buy paper”.")).to_be_visible()
    tab.get_by_role("navigation", name="Lists").get_by_role("link", name="Done").click()
    tab.get_by_role("link", name="Buy paper").click()
    tab.get_by_role("link", name="Delete").click()
    tab.get_by_role("button", name="Delete to-do").click()
    expect(tab.get_by_text("Deleted “Buy paper”.")).to_be_visible()
    tab.get_by_role("button", name="Bring it back").click()
    assert title(tab) == "Buy paper"


def test_what_is_missing_in_a_form_is_said_beside_what_was_typed(tab: Page) -> None:
    tab.goto("/todos/add/")
    tab.get_by_label("Notes").fill("Recycled, please")
    tab.get_by_label("Title").evaluate("field => field.form.noValidate = true")
    tab.get_by_role("button", name="Add to-do").click()
    expect(tab.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#todos-title")
    expect(tab.get_by_label("Notes")).to_have_value("Recycled, please")


def test_the_navigation_of_a_phone_opens(open_tab: OpenTab) -> None:
    tab = open_tab("kim", PHONE, java_script_enabled=False)
    tab.goto("/")
    tab.get_by_role("button", name="Menu").click()
    tab.get_by_role("link", name="Quick links").first.click()
    assert title(tab) == "Quick links"


def test_the_theme_is_chosen_on_a_page_of_its_own(tab: Page) -> None:
    tab.goto("/")
    tab.get_by_role("button", name="Account of Kim").click()
    tab.get_by_role("link", name="Dark").click()
    tab.get_by_role("radio", name="Dark").check()
    tab.get_by_role("button", name="Save theme").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    tab.get_by_role("radio", name="As the system").check()
    tab.get_by_role("button", name="Save theme").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "system")


def test_signing_out_is_confirmed_on_a_page_of_its_own(open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False)
    tab.goto("/accounts/login/")
    tab.get_by_role("button", name="Sign in as ada").click()
    tab.get_by_role("button", name="Account of Ada Lindgren").click()
    tab.get_by_role("link", name="Sign out").click()
    tab.get_by_role("button", name="Sign out").click()
    assert title(tab) == "Sign in"
