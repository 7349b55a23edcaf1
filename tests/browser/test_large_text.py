"""With text of twice the size, set as people set it in their browser, everything can be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserType

from tests.browser.audit import clipped, wider_than
from tests.browser.conftest import OpenTab, settled
from tests.browser.devices import DESKTOP, PHONE, Device
from tests.browser.installation import Installation
from tests.browser.profiles import Profiles
from tests.chromium import launch

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

MAIN = {
    "home": ("erin", "/"),
    "to-dos": ("erin", "/todos/"),
    "catalog list": ("erin", "/catalog/"),
    "entity": ("erin", "/catalog/default/component/payment-service/"),
    "admin list": ("ada", "/admin/portal/pluginstate/"),
}
PAGES = MAIN | {
    "to-do": ("erin", "/todos/1/"),
    "add to-do": ("erin", "/todos/add/"),
    "search results": ("erin", "/search/?q=payment"),
    "announcements": ("erin", "/announcements/"),
    "quick links": ("erin", "/links/"),
    "sign in": ("", "/accounts/login/"),
}
SMALL = Device(320, 640, touch=True)


@pytest.fixture(scope="module")
def large_text(chromium_type: BrowserType, portal: Installation) -> Iterator[Profiles]:
    """The profiles of a browser whose owner has set a text size of 32 px instead of 16 px."""
    with launch(chromium_type, "--blink-settings=defaultFontSize=32") as browser:
        yield Profiles(browser, portal)


# The pages that people open most come on both screens, the others in turn on one.
SCREENS = {"phone": PHONE, "desktop": DESKTOP}
FORMS = [
    *((page, screen) for page in MAIN for screen in SCREENS),
    *((page, ("phone", "desktop")[number % 2]) for number, page in enumerate(PAGES) if page not in MAIN),
]


@pytest.mark.parametrize(("page", "screen"), FORMS, ids=map("-".join, FORMS))
def test_nothing_is_clipped_at_twice_the_text_size(large_text: Profiles, page: str, screen: str) -> None:
    name, path = PAGES[page]
    device = SCREENS[screen]
    tab = large_text.open_tab(name, device, [])
    tab.goto(path)
    settled(tab)
    assert tab.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert clipped(tab) == []
    assert not wider_than(tab, device.width)
    tab.close()


@pytest.mark.parametrize("page", MAIN)
def test_a_page_fits_a_screen_of_320_pixels(open_tab: OpenTab, page: str) -> None:
    name, path = PAGES[page]
    tab = open_tab(name, SMALL)
    tab.goto(path)
    settled(tab)
    assert clipped(tab) == []
    assert not wider_than(tab, SMALL.width)
