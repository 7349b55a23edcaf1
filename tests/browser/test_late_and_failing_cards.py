"""Cards that are not ready with the page: they arrive in their place, or say that they failed and let one try again."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import OpenTab, settled
from tests.browser.devices import DESKTOP, PHONE, Device
from tests.browser.installation import Installation
from tests.browser.keyboard import focused

LATE_SECONDS = 1.2  # as long as the card takes

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SHIFTS = """() => new Promise(resolve => {
  let sum = 0
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value
  }).observe({ type: "layout-shift", buffered: true })
  requestAnimationFrame(() => setTimeout(() => resolve(sum), 50))
})"""


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_late_card_arrives_and_nothing_moves(open_tab: OpenTab, console: list[str], device: Device) -> None:
    tab = open_tab("lee", device)
    held_back: list[Route] = []
    tab.route("**/cards/moody/late/*", lambda route: held_back.append(route))
    with tab.expect_request("**/cards/moody/late/*"):
        tab.goto("/", wait_until="commit")
    card = tab.get_by_role("article", name="Late")
    expect(card).to_have_attribute("aria-busy", "true")
    expect(card).to_contain_text("Loading")
    for route in held_back:
        route.continue_()
    tab.unroute("**/cards/moody/late/*")
    expect(card).to_contain_text("Row 5 of run")
    expect(card.get_by_role("link", name="View all 23 in Late")).to_be_visible()
    assert tab.evaluate(SHIFTS) == 0
    assert console == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_late_card_is_as_high_as_the_place_held_for_it(open_tab: OpenTab, device: Device) -> None:
    tab = open_tab("lee", device)
    held_back: list[Route] = []
    tab.route("**/cards/moody/late/*", lambda route: held_back.append(route))
    tab.goto("/")
    late = tab.get_by_role("article", name="Late")
    expect(late).to_have_attribute("aria-busy", "true")
    held = height(late)
    for route in held_back:
        route.continue_()
    tab.unroute("**/cards/moody/late/*")
    settled(tab)
    assert height(late) == held


def test_a_card_that_lands_while_nobody_waits_is_not_run_again(portal: Installation) -> None:
    with requests.Session() as session:
        session.cookies.set("sessionid", portal.sessions["lee"])
        asked = f"{portal.url}/cards/moody/late/"
        assert "Loading" in session.get(asked, timeout=10).text
        time.sleep(LATE_SECONDS + 0.3)
        (run,) = set(re.findall(r"of run (\d+)", session.get(asked, params={"attempt": 1}, timeout=10).text))
        assert f"of run {run}" in session.get(asked, params={"attempt": 2}, timeout=10).text
        # Who reloads the page or tries again is given a new run.
        assert "Loading" in session.get(asked, timeout=10).text
        time.sleep(LATE_SECONDS + 0.3)  # the next test shall not meet this run


def test_a_page_without_javascript_waits_for_its_late_cards(open_tab: OpenTab) -> None:
    tab = open_tab("lee", java_script_enabled=False)
    tab.goto("/")
    expect(tab.get_by_text("Row 5 of run")).to_be_visible()
    assert tab.url.endswith("/?wait=1")


@pytest.fixture
def mood(portal: Installation) -> Path:
    """The file that the failing card needs."""
    file = portal.folder / "mood"
    file.unlink(missing_ok=True)
    return file


def test_a_failing_card_says_so_in_its_own_place(open_tab: OpenTab, console: list[str], mood: Path, axe: str) -> None:
    tab = open_tab("fay")
    answer = tab.goto("/")
    assert answer is not None
    assert answer.status == 200
    card = tab.get_by_role("article", name="Failing")
    expect(card).to_contain_text("Moods could not be loaded.")
    expect(card.locator("code")).to_have_text(answer.headers["x-request-id"])
    expect(tab.get_by_role("article", name="My to-dos")).to_contain_text("Water the plants of Fay")
    assert console == []


def test_a_failing_card_can_be_tried_again(open_tab: OpenTab, console: list[str], mood: Path) -> None:
    tab = open_tab("fay")
    tab.goto("/")
    card = tab.get_by_role("article", name="Failing")
    again = card.get_by_role("link", name="Try again")
    again.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#notices")).to_contain_text("Moods could not be loaded.")
    mood.write_text("calm")
    again.click()
    expect(card).to_contain_text("The mood is calm.")
    assert focused(tab) == 'article "Failing"'
    assert console == []


def test_a_failing_card_can_be_tried_again_without_javascript(open_tab: OpenTab, mood: Path) -> None:
    tab = open_tab("fay", java_script_enabled=False)
    tab.goto("/")
    mood.write_text("calm")
    tab.get_by_role("link", name="Try again").click()
    expect(tab.get_by_role("article", name="Failing")).to_contain_text("The mood is calm.")


def height(card: Locator) -> float:
    box = card.bounding_box()
    assert box is not None
    return box["height"]
