"""The text of an entity."""

from __future__ import annotations

import pytest

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
    text, tabs = (tab.locator(part).bounding_box() for part in ("pre", ".tabs"))
    assert text and tabs
    assert text["width"] == tabs["width"]
