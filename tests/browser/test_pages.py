"""Every page, in both themes, on a phone and on a desktop: accessible, silent, and as wide as the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.audit import violations, wider_than
from tests.browser.conftest import new_tab, settled
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.xdist_group("browser")]

ENTITY = "/catalog/default/component/payment-service/"
# Who opens what. The five that people open most come in all four forms, the others in two that differ in everything.
MAIN = {
    "home": ("erin", "/"),
    "to-dos": ("erin", "/todos/"),
    "catalog list": ("erin", "/catalog/"),
    "entity": ("erin", ENTITY),
    "admin list": ("ada", "/admin/portal/pluginstate/"),
}
OTHERS = {
    "home with search": ("sam", "/"),
    "to-do": ("erin", "/todos/1/"),
    "add to-do": ("erin", "/todos/add/"),
    "delete to-do": ("erin", "/todos/1/delete/"),
    "nothing done": ("kim", "/todos/?show=done"),
    "filtered catalog": ("erin", "/catalog/?owner=group:default/payments&sort=-name"),
    "empty catalog": ("erin", "/catalog/?q=nothing-is-called-this"),
    "definition": ("erin", "/catalog/default/api/payments/definition/"),
    "raw entity": ("erin", f"{ENTITY}raw/"),
    "catalog problems": ("ada", "/catalog/problems/"),
    "announcements": ("erin", "/announcements/"),
    "quick links": ("erin", "/links/"),
    "theme": ("erin", "/settings/theme/"),
    "sign out": ("erin", "/accounts/sign-out/"),
    "sign in": ("", "/accounts/login/"),
}
FORMS = [
    *((page, device, theme) for page in MAIN for device in ("phone", "desktop") for theme in ("light", "dark")),
    *((page, *form) for page in OTHERS for form in (("phone", "dark"), ("desktop", "light"))),
]


@dataclass(frozen=True)
class Visit:
    """What a visit to a page brought to light."""

    violations: list[str]
    console: list[str]
    too_wide: str


@pytest.fixture(scope="module", params=FORMS, ids="-".join)
def visit(request: pytest.FixtureRequest, browser: Browser, portal: Installation, axe: str) -> Iterator[Visit]:
    page, screen, theme = request.param
    name, path = {**MAIN, **OTHERS}[page]
    device = {"phone": PHONE, "desktop": DESKTOP}[screen]
    console: list[str] = []
    options: dict[str, Any] = {"color_scheme": theme}
    tab = new_tab(browser, portal, name, device, console, **options)
    answer = tab.goto(path)
    assert answer is not None
    assert answer.status == 200
    settled(tab)
    yield Visit(violations(tab, axe), console, wider_than(tab, device.width))
    tab.context.close()


def test_a_page_breaks_no_rule_of_accessibility(visit: Visit) -> None:
    assert visit.violations == []


def test_a_page_gives_the_browser_nothing_to_complain_about(visit: Visit) -> None:
    assert visit.console == []


def test_a_page_is_as_wide_as_the_screen(visit: Visit) -> None:
    assert not visit.too_wide
