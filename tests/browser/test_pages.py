"""Every page, in both themes, on a phone and on a desktop: accessible, silent, and as wide as the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.browser.audit import violations, wider_than
from tests.browser.conftest import settled
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.profiles import Profiles

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SCREENS = {"phone": PHONE, "desktop": DESKTOP}
ENTITY = "/catalog/default/component/payment-service/"
TEAM_VIEW = "/catalog/?kind=api&columns=lifecycle,type,system,tags&owner=group:default/payments&view=1"
# Who opens what. The five that people open most come in all four forms, the others in turn in one of two.
MAIN = {
    "home": ("erin", "/"),
    "to-dos": ("erin", "/todos/"),
    "catalog list": ("erin", "/catalog/"),
    "entity": ("erin", ENTITY),
    "admin list": ("ada", "/admin/portal/pluginstate/"),
}
OTHERS = {
    "home with bell": ("sam", "/"),
    "search": ("erin", "/search/"),
    "search results": ("erin", "/search/?q=payment"),
    "search without results": ("erin", "/search/?q=nothing-is-called-this"),
    "to-do": ("erin", "/todos/1/"),
    "add to-do": ("erin", "/todos/add/"),
    "delete to-do": ("erin", "/todos/1/delete/"),
    "nothing done": ("kim", "/todos/?show=done"),
    "starred catalog": ("erin", "/catalog/?kind=all&scope=starred"),
    "star": ("erin", f"{ENTITY}star/?starred=1"),
    "filtered catalog": ("erin", "/catalog/?owner=group:default/payments&sort=-name"),
    "view of a team": ("erin", TEAM_VIEW),
    "all columns": ("erin", "/catalog/?columns=lifecycle,type,owner,system,tags,namespace,created,updated"),
    "views": ("ada", "/catalog/views/"),
    "save view": ("erin", "/catalog/views/save/?kind=api"),
    "delete view": ("ada", "/catalog/views/1/delete/"),
    "columns": ("erin", "/catalog/columns/?state=kind%3Dapi"),
    "edit entity": ("erin", f"{ENTITY}edit/"),
    "edit entity as YAML": ("erin", f"{ENTITY}edit/?mode=yaml"),
    "new entity": ("erin", "/catalog/new/?kind=api"),
    "new entity as YAML": ("erin", "/catalog/new/?kind=component&mode=yaml"),
    "problems of an entity": ("erin", f"{ENTITY}problems/"),
    "register": ("ada", "/catalog/register/"),
    "members of a team": ("erin", "/catalog/default/group/payments/people/?list=members"),
    "empty catalog": ("erin", "/catalog/?q=nothing-is-called-this"),
    "definition": ("erin", "/catalog/default/api/payments/definition/"),
    "asynchronous definition": ("erin", "/catalog/default/api/payment-events/definition/"),
    "GraphQL definition": ("erin", "/catalog/default/api/shop-gateway/definition/"),
    "gRPC definition": ("erin", "/catalog/default/api/stock/definition/"),
    "dependencies": ("erin", f"{ENTITY}dependencies/?depth=2"),
    "origin of an entity": ("ada", f"{ENTITY}origin/"),
    "team": ("erin", "/catalog/default/group/payments/"),
    "person": ("erin", "/catalog/default/user/erin/"),
    "raw entity": ("erin", f"{ENTITY}raw/"),
    "catalog problems": ("ada", "/catalog/problems/"),
    "announcements": ("erin", "/announcements/"),
    "quick links": ("erin", "/links/"),
    "theme": ("erin", "/settings/theme/"),
    "sign out": ("erin", "/accounts/sign-out/"),
    "sign in": ("", "/accounts/login/"),
    "API tokens": ("erin", "/settings/api-tokens/"),
}
FORMS = [
    *((page, device, theme) for page in MAIN for device in ("phone", "desktop") for theme in ("light", "dark")),
    *((page, *(("phone", "dark"), ("desktop", "light"))[number % 2]) for number, page in enumerate(OTHERS)),
]


@dataclass(frozen=True)
class Visit:
    """What a visit to a page brought to light."""

    violations: list[str]
    console: list[str]
    too_wide: str


@pytest.fixture(scope="module")
def tab_of(profiles: Profiles) -> Callable[..., tuple[Page, list[str]]]:
    """Gives the one tab, with its console, in which a person visits pages on a device with a theme."""
    tabs: dict[tuple[str, str, str], tuple[Page, list[str]]] = {}

    def find(name: str, screen: str, theme: str) -> tuple[Page, list[str]]:
        if (name, screen, theme) not in tabs:
            console: list[str] = []
            tab = profiles.open_tab(name, SCREENS[screen], console, color_scheme=theme)
            tabs[name, screen, theme] = tab, console
        return tabs[name, screen, theme]

    return find


@pytest.fixture(scope="module", params=FORMS, ids="-".join)
def visit(request: pytest.FixtureRequest, tab_of: Callable[..., tuple[Page, list[str]]], axe: str) -> Visit:
    page, screen, theme = request.param
    name, path = {**MAIN, **OTHERS}[page]
    tab, console = tab_of(name, screen, theme)
    console.clear()
    answer = tab.goto(path)
    assert answer is not None
    assert answer.ok
    settled(tab)
    return Visit(violations(tab, axe), [*console], wider_than(tab, SCREENS[screen].width))


def test_a_page_breaks_no_rule_of_accessibility(visit: Visit) -> None:
    assert visit.violations == []


def test_a_page_gives_the_browser_nothing_to_complain_about(visit: Visit) -> None:
    assert visit.console == []


def test_a_page_is_as_wide_as_the_screen(visit: Visit) -> None:
    assert not visit.too_wide
