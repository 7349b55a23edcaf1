from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests import npm
from tests.browser.devices import DESKTOP, Device
from tests.browser.installation import Installation
from tests.chromium import browser_type, launch

OpenTab = Callable[..., Page]
# What Chromium remarks on things that are as they should be.
REMARKS = ("info: Autofocus processing was blocked because a document already has", "info: Clear-Site-Data header on")


@pytest.fixture(scope="package")
def chromium_type() -> Iterator[BrowserType]:
    with browser_type() as kind:
        yield kind


@pytest.fixture(scope="package")
def browser(chromium_type: BrowserType) -> Iterator[Browser]:
    with launch(chromium_type) as browser:
        yield browser


@pytest.fixture(scope="package")
def portal(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The server that all browser tests share. It asks for the browser first: without one nothing is set up."""
    installation = Installation(tmp_path_factory.mktemp("portal"))
    installation.prepare()
    with installation.serve():
        yield installation


@pytest.fixture(scope="package")
def axe() -> str:
    """The script with the accessibility rules."""
    return (npm.install(Path(__file__).parent) / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def console() -> list[str]:
    """What the tabs of the test wrote to the console, violations of the policy and uncaught errors among it."""
    return []


@pytest.fixture
def open_tab(browser: Browser, portal: Installation, console: list[str]) -> Iterator[OpenTab]:
    """Opens an empty tab in a profile of its own: ``open_tab("ann", PHONE)``; a stranger's without a name."""
    contexts = []

    def open_one(name: str = "", device: Device = DESKTOP, **options: Any) -> Page:
        page = new_tab(browser, portal, name, device, console, **options)
        contexts.append(page.context)
        return page

    yield open_one
    for context in contexts:
        context.close()


def new_tab(
    browser: Browser, portal: Installation, name: str, device: Device, console: list[str], **options: Any
) -> Page:
    """Open a tab of ``browser``. Its context is to be closed."""
    context = browser.new_context(base_url=portal.url, **{**device.options, **options})
    context.set_default_timeout(10_000)
    if name:
        context.add_cookies([{"name": "sessionid", "value": portal.sessions[name], "url": portal.url}])
    page = context.new_page()
    page.on("console", lambda said: _note(console, f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: _note(console, f"error: {error}"))
    return page


def settled(page: Page) -> None:
    """Wait until no card of the page is on its way."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def _note(console: list[str], said: str) -> None:
    if not said.startswith(REMARKS):
        console.append(said)
