"""Profiles of the browser, one for each person and device: to make one takes longer than to load a page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.devices import Device
from tests.browser.installation import Installation

PATIENCE_MS = 10_000
# What Chromium remarks on things that are as they should be; on a busy machine it leaves out a page's animation.
REMARKS = (
    "info: Autofocus processing was blocked because a document already has",
    "info: Clear-Site-Data header on",
    "error: Transition was aborted because of invalid state. Page already revealed",
)


class Profiles:
    """The profiles of one browser. They keep what they have cached; cookies are set anew for each tab."""

    def __init__(self, browser: Browser, portal: Installation) -> None:
        self._browser = browser
        self._portal = portal
        self._contexts: dict[str, BrowserContext] = {}

    def open_tab(self, name: str, device: Device, console: list[str], **options: Any) -> Page:
        """Open an empty tab in which ``name`` is signed in, or nobody. What it says is added to ``console``.

        ``options`` are those of Playwright's contexts.
        """
        key = repr((name, device, sorted(options.items())))
        if key not in self._contexts:
            self._contexts[key] = self._browser.new_context(base_url=self._portal.url, **{**device.options, **options})
            self._contexts[key].set_default_timeout(PATIENCE_MS)
        context = self._contexts[key]
        context.clear_cookies()
        if name:
            cookie = {"name": "sessionid", "value": self._portal.sessions[name], "url": self._portal.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.on("console", lambda said: _note(console, f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: _note(console, f"error: {error}"))
        return page

    def close(self) -> None:
        """Close every profile."""
        for context in self._contexts.values():
            context.close()


def _note(console: list[str], said: str) -> None:
    if not said.startswith(REMARKS):
        console.append(said)
