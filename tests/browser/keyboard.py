"""What somebody does who has a keyboard and no mouse."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_STOPS = 80
# The ring is drawn by the element or, for links whose target is a whole row, by its ::after.
RING = """() => {
  const element = document.activeElement
  return [getComputedStyle(element), getComputedStyle(element, "::after")].some(
    style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
}"""


def focused(page: Page) -> str:
    """Return role and name of what has the focus, as a screen reader tells them: ``link "Skip to content"``."""
    snapshot = page.locator(":focus").first.aria_snapshot()
    return snapshot.splitlines()[0].removeprefix("- ").rstrip(":")


def tab_to(page: Page, wanted: str, *, key: str = "Tab") -> None:
    """Press Tab until ``wanted`` has the focus. Raises AssertionError with what was passed when it is never reached."""
    passed = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        if not has_focus(page):
            continue
        stop = focused(page)
        if stop.startswith(wanted):
            return
        passed.append(stop)
    raise AssertionError(f"{wanted} was not reached. Passed: {passed}")


def has_focus(page: Page) -> bool:
    """Say whether an element has the focus, rather than the page as a whole or a part of a browser's own control."""
    return bool(page.evaluate("!!document.querySelector(':focus')"))


def shows_ring(page: Page) -> bool:
    """Say whether what has the focus shows it."""
    return bool(page.evaluate(RING))
