"""The tabs of an entity."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.devices import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

LAST = "/catalog/default/api/orders/raw/"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_on_a_phone_the_current_tab_is_in_view_at_first(open_tab: OpenTab, script: bool) -> None:
    tab = open_tab("erin", PHONE, java_script_enabled=script)
    tab.goto(LAST)
    expect(tabs(tab).locator("[aria-current]")).to_be_in_viewport(ratio=1)


def test_the_tabs_can_be_scrolled_back_to_the_first(open_tab: OpenTab) -> None:
    tab = open_tab("erin", PHONE)
    tab.goto(LAST)
    expect(tabs(tab).locator("[aria-current]")).to_be_in_viewport(ratio=1)
    tab.wait_for_timeout(300)
    tabs(tab).evaluate("tabs => tabs.scrollTo(0, 0)")
    tab.wait_for_timeout(300)
    expect(tabs(tab).get_by_role("link", name="Overview")).to_be_in_viewport(ratio=1)


def tabs(tab: Page) -> Locator:
    return tab.get_by_role("navigation", name="Sections")
