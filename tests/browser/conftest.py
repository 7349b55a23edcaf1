from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests import npm
from tests.browser.devices import DESKTOP, Device
from tests.browser.installation import Installation
from tests.browser.profiles import Profiles
from tests.chromium import browser_type, launch, path_or_skip
from tests.prepared import made_once

OpenTab = Callable[..., Page]


@pytest.fixture(scope="package")
def chromium_type() -> Iterator[BrowserType]:
    with browser_type() as kind:
        yield kind


@pytest.fixture(scope="package")
def browser(chromium_type: BrowserType) -> Iterator[Browser]:
    with launch(chromium_type) as browser:
        yield browser


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The server that all browser tests of a process share. Without a browser nothing is set up."""
    path_or_skip()
    bundled = [app for app in django_settings.INSTALLED_APPS if app.startswith("plugins.")]
    prepared = made_once(tmp_path_factory, "prepared-portal", lambda folder: Installation(folder, bundled).prepare())
    folder = tmp_path_factory.mktemp("portal")
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    installation = Installation(folder, bundled)
    with installation.serve():
        yield installation


@pytest.fixture(scope="package")
def profiles(browser: Browser, portal: Installation) -> Iterator[Profiles]:
    profiles = Profiles(browser, portal)
    yield profiles
    profiles.close()


@pytest.fixture(scope="package")
def axe() -> str:
    """The script with the accessibility rules."""
    return (npm.install(Path(__file__).parent) / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def console() -> list[str]:
    """What the tabs of the test wrote to the console, violations of the policy and uncaught errors among it."""
    return []


@pytest.fixture
def open_tab(profiles: Profiles, console: list[str]) -> Iterator[OpenTab]:
    """Opens an empty tab: ``open_tab("ann", PHONE)``; a stranger's without a name."""
    tabs: list[Page] = []

    def open_one(name: str = "", device: Device = DESKTOP, **options: Any) -> Page:
        tabs.append(profiles.open_tab(name, device, console, **options))
        return tabs[-1]

    yield open_one
    for tab in tabs:
        tab.close()


def settled(page: Page) -> None:
    """Wait until no card of the page is on its way."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
