"""What is Ann's is never shown to Bob, whatever is cached, shared or remembered on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.conftest import OpenTab, settled
from tests.browser.devices import DESKTOP
from tests.browser.installation import Installation
from tests.browser.profiles import Profiles
from tests.chromium import launch

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

ROUNDS = 4


def home_of(name: str, tab: Page) -> None:
    """Assert that the home page in ``tab`` is that of ``name`` and of nobody else."""
    other = {"Ann": "Bob", "Bob": "Ann"}[name]
    text = tab.locator("body").inner_text()
    assert f"This is the card of {name}." in text
    assert f"Water the plants of {name}" in text
    assert f"of {other}" not in text


def test_the_card_of_ann_is_never_that_of_bob(open_tab: OpenTab) -> None:
    """They load their home pages at the same time, first without and then with what the server has cached."""
    tabs = {"Ann": open_tab("ann"), "Bob": open_tab("bob")}
    for _ in range(ROUNDS):
        for tab in tabs.values():
            tab.goto("/", wait_until="commit")
        for name, tab in tabs.items():
            settled(tab)
            home_of(name, tab)


def test_the_card_alone_is_that_of_whoever_asks(open_tab: OpenTab) -> None:
    tabs = {"Ann": open_tab("ann"), "Bob": open_tab("bob")}
    for _ in range(ROUNDS):
        for name, tab in tabs.items():
            tab.goto("/cards/moody/whose/")
            assert tab.locator("body").inner_text().endswith(f"This is the card of {name}.")


def test_the_to_do_of_ann_does_not_exist_for_bob(open_tab: OpenTab) -> None:
    ann, bob = open_tab("ann"), open_tab("bob")
    ann.goto("/")
    ann.get_by_role("link", name="Water the plants of Ann").click()
    expect(ann.get_by_role("heading", level=1)).to_have_text("Water the plants of Ann")
    answer = bob.goto(ann.url)
    assert answer is not None
    assert answer.status == 404


@pytest.fixture
def remembering_tab(chromium_type: BrowserType, portal: Installation) -> Iterator[Page]:
    """A stranger's tab in a browser that keeps the pages it leaves in memory, as browsers do when nobody tests them."""
    with launch(chromium_type, without=["--disable-back-forward-cache"]) as browser:
        yield Profiles(browser, portal).open_tab("", DESKTOP, [])


def test_going_back_after_signing_out_shows_nothing_of_the_person_before(remembering_tab: Page) -> None:
    tab = remembering_tab
    tab.goto("/todos/")
    tab.get_by_role("button", name="Sign in as arthur").click()
    tab.evaluate("window.kept = true")
    tab.goto("/announcements/")
    go_back_to(tab, "To-dos")
    assert tab.evaluate("window.kept")
    tab.get_by_role("button", name="Account of Arthur Okafor").click()
    tab.get_by_role("link", name="Sign out").click()
    tab.wait_for_url("**/accounts/login/")
    go_back_to(tab, "Sign in")
    assert tab.url.endswith("/accounts/login/?next=/todos/")


def go_back_to(tab: Page, heading: str) -> None:
    # Playwright's go_back waits for a page to load, which a page from memory does not.
    tab.evaluate("history.back()")
    expect(tab.get_by_role("heading", level=1)).to_have_text(heading)
