"""What is Ann's is never shown to Bob, whatever is cached, shared or remembered on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab, settled

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.xdist_group("browser")]

ROUNDS = 4
ARTHURS = "Publish the second version of the plugin template"


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


def test_going_back_after_signing_out_shows_nothing_of_the_person_before(open_tab: OpenTab) -> None:
    """On a shared machine: Arthur signs out, Ada signs in, and presses Back until Arthur's pages would come."""
    tab = open_tab()
    sign_in(tab, "arthur")
    settled(tab)
    assert ARTHURS in tab.locator("body").inner_text()
    tab.get_by_role("button", name="Account of Arthur Okafor").click()
    tab.get_by_role("link", name="Sign out").click()
    tab.wait_for_url("**/accounts/login/")
    sign_in(tab, "ada")
    for _ in range(3):
        tab.go_back()
        assert ARTHURS not in tab.locator("body").inner_text()


def sign_in(tab: Page, name: str) -> None:
    tab.goto("/accounts/login/")
    tab.get_by_role("button", name=f"Sign in as {name}").click()
    tab.wait_for_url("**/")
    expect(tab.get_by_role("heading", name="Home")).to_be_visible()
