"""Under its policy no page of the portal and of Django's admin has anything for the browser to complain about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, Error, Page, Route

from tests.chromium import chromium  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints() -> list[str]:
    """The errors the browser wrote to its console; violations of the policy are among them."""
    return []


@pytest.fixture
def page(chromium: Browser, live_server: Any, settings: Any, complaints: list[str]) -> Iterator[Page]:  # noqa: F811
    """A page signed in as an admin."""
    admin = get_user_model().objects.create_superuser("ada", password="not-a-secret")
    client = Client()
    client.force_login(admin)
    context = chromium.new_context(base_url=live_server.url)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    yield page
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "auth/user/",
        "auth/user/add/",
        "auth/group/add/",
        "portal/pluginstate/",
        "password_change/",
    ],
)
def test_the_admin_works_without_complaints(page: Page, complaints: list[str], path: str) -> None:
    response = page.goto(f"/admin/{path}")
    page.wait_for_load_state("networkidle")
    assert response is not None
    assert response.status == 200
    assert complaints == []


def test_the_scripts_of_the_admin_run(page: Page, complaints: list[str]) -> None:
    page.goto("/admin/auth/group/add/")
    page.locator(".selector-available select").wait_for()
    page.goto("/admin/auth/user/")
    page.locator("#action-toggle").check()
    assert page.locator("input.action-select").first.is_checked()
    assert complaints == []


def test_the_bundle_runs_on_a_page_of_the_portal_without_complaints(page: Page, complaints: list[str]) -> None:
    response = page.goto("/")
    page.wait_for_load_state("networkidle")
    assert response is not None
    assert response.status == 200
    assert page.evaluate("typeof htmx") == "object"
    assert complaints == []


def test_a_script_that_is_not_the_bundle_does_not_run(page: Page, complaints: list[str]) -> None:
    injected = """<script>window.ran = 1</script><script src="/static/admin/js/theme.js"></script>
        <img src="gone.png" onerror="window.ran = 2"></body>"""

    def inject(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("</body>", injected))

    page.route("**/", inject)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("[window.ran, typeof setTheme]") == [None, "undefined"]
    assert len([complaint for complaint in complaints if "script-src" in complaint]) == 3


def test_a_script_of_the_page_cannot_make_another(page: Page) -> None:
    page.goto("/")
    with pytest.raises(Error, match="TrustedScript"):
        page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")


def test_an_image_of_another_host_needs_a_plugin_that_asks_for_it(page: Page) -> None:
    page.goto("/")
    with page.expect_console_message(lambda message: "img-src" in message.text):
        page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://img.example.invalid/x.png'}))")
