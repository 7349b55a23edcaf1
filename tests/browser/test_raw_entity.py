"""The text of an entity and of an API's definition."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_the_format_that_is_shown_looks_chosen_and_the_text_is_as_wide_as_the_page(open_tab: OpenTab) -> None:
    tab = open_tab("erin")
    tab.goto("/catalog/default/component/payment-service/raw/")
    shown, other = (
        tab.get_by_role("link", name=name, exact=True).evaluate("link => getComputedStyle(link).backgroundColor")
        for name in ("YAML", "JSON")
    )
    assert shown != other
    assert width(tab, "pre") == width(tab, ".tabs")


def test_the_text_of_a_definition_is_as_wide_as_the_page(open_tab: OpenTab) -> None:
    tab = open_tab("erin")
    tab.goto("/catalog/default/api/payments/definition/")
    assert width(tab, "pre") == width(tab, ".tabs")


def width(tab: Page, part: str) -> float:
    box = tab.locator(part).bounding_box()
    assert box
    return box["width"]
