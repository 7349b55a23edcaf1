"""A Chromium for the tests that need one. A test module asks for it with ``from tests.chromium import chromium``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def browser_type() -> Iterator[BrowserType]:
    """Make ready to ``launch`` Chromium in a block. One block at a time in a process."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    allowed = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            yield playwright.chromium
    finally:
        if allowed is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = allowed


def path_or_skip() -> str:
    """Return where Chromium is, or skip the test where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("Chromium is not installed.")
    return path


@contextmanager
def launch(kind: BrowserType, *options: str, without: Sequence[str] = ()) -> Iterator[Browser]:
    """Start Chromium with further command-line ``options`` for a block, ``without`` some of Playwright's own.

    Skips the test where there is none.
    """
    path = path_or_skip()
    # As root, as in a container, Chromium's sandbox is not available.
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    browser = kind.launch(executable_path=path, args=[*QUIET, *sandbox, *options], ignore_default_args=[*without])
    try:
        yield browser
    finally:
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Chromium for one test module, or skip it where there is none."""
    with browser_type() as kind, launch(kind) as browser:
        yield browser
