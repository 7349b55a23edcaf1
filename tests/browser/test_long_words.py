"""What real catalogs hold fits the screen: long names, and types, lifecycles and owners of one long word."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.audit import wider_than
from tests.browser.conftest import OpenTab
from tests.browser.devices import DESKTOP, PHONE, Device

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

BETWEEN = Device(1100, 800, touch=False)
HYPHENS, ONE_WORD = "backstage-backend-plugin-node-library", "internal_libraries_" * 6
# Puts a text into every place of a kind, as if the catalog's files had it.
WRITE = """([places, text]) => document.querySelectorAll(places).forEach((one) => {
  const nodes = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
  if (nodes.length) nodes.at(-1).data = text
})"""

LINES = "all => all.map((one) => Math.round(one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)))"


def write(tab: Page, places: str, text: str) -> None:
    tab.evaluate(WRITE, [places, text])


def test_what_a_box_cuts_off_beyond_the_side_is_noticed(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.set_content('<main style="contain: paint"><p class="long" style="width: 9999px">Cut off</p></main>')
    assert "p.long" in wider_than(tab, DESKTOP.width)


@pytest.mark.parametrize("device", [PHONE, BETWEEN, DESKTOP], ids=["phone", "between", "desktop"])
@pytest.mark.parametrize("text", [HYPHENS, ONE_WORD], ids=["hyphens", "one word"])
def test_a_list_with_long_words_fits_the_screen(open_tab: OpenTab, device: Device, text: str) -> None:
    tab = open_tab("erin", device)
    tab.goto("/catalog/")
    write(tab, "tbody td, tbody td :not(svg, time), tbody .row-link", text)
    assert not wider_than(tab, device.width)


@pytest.mark.parametrize("device", [PHONE, BETWEEN, DESKTOP], ids=["phone", "between", "desktop"])
@pytest.mark.parametrize("path", ["catalog/", "catalog/views/"], ids=["catalog", "views"])
def test_a_long_name_in_a_table_takes_two_lines(open_tab: OpenTab, device: Device, path: str) -> None:
    tab = open_tab("erin", device)
    tab.goto(f"/{path}")
    write(tab, "tbody .row-link", f"{HYPHENS} " * 3)
    assert {*tab.locator("tbody .row-link").evaluate_all(LINES)} == {2}


def test_a_long_owner_in_a_table_takes_two_lines(open_tab: OpenTab) -> None:
    tab = open_tab("erin")
    tab.goto("/catalog/?columns=owner")
    write(tab, "tbody td > a", f"{HYPHENS} " * 3)
    assert {*tab.locator("tbody td > a").evaluate_all(LINES)} == {2}


@pytest.mark.parametrize("text", [f"{HYPHENS} " * 3, ONE_WORD], ids=["hyphens", "one word"])
def test_results_of_search_of_a_long_owner_have_room_for_their_names_on_a_phone(open_tab: OpenTab, text: str) -> None:
    tab = open_tab("erin", PHONE)
    tab.goto("/search/?q=payment")
    write(tab, ".row-end span", text)
    assert not wider_than(tab, PHONE.width)
    widths = tab.locator(".search-what").evaluate_all("all => all.map((one) => one.clientWidth)")
    assert min(widths) > 150


@pytest.mark.parametrize("text", [HYPHENS, ONE_WORD], ids=["hyphens", "one word"])
def test_the_head_of_an_entity_with_long_words_fits_a_phone(open_tab: OpenTab, text: str) -> None:
    tab = open_tab("erin", PHONE)
    tab.goto("/catalog/default/component/payment-service/")
    write(tab, "h1, .catalog-band :not(svg)", text)
    assert not wider_than(tab, PHONE.width)


def test_on_a_phone_a_row_has_one_line_below_the_name_and_its_star_where_others_have_it(open_tab: OpenTab) -> None:
    tab = open_tab("erin", PHONE)
    tab.goto("/catalog/?kind=all")
    write(tab, "tr:nth-child(3n) td, tr:nth-child(3n) td :not(svg, time)", HYPHENS)
    heights = tab.locator("tbody tr").evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    stars = tab.locator(".catalog-star").evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")
    assert len(heights) > 3
    assert max(heights) - min(heights) <= 2
    assert len({*stars}) == 1
