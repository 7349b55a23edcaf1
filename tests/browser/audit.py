"""What the browser tests ask of a page as it stands."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

CLIPPED = (Path(__file__).parent / "clipped.js").read_text()
STICKING_OUT = (Path(__file__).parent / "sticking_out.js").read_text()
# Everything axe knows of WCAG 2.2 AA and of its own best practices; the size of targets it leaves out by default.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def violations(page: Page, axe: str, within: str = "html") -> list[str]:
    """Return every violation of an accessibility rule, with the element and what would be right.

    ``within`` is the selector of the part to look at: under what lies over the page, targets count as too small.
    """
    page.evaluate(axe)
    found = page.evaluate("([part, options]) => axe.run(part, options)", [within, OPTIONS])["violations"]
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def clipped(page: Page) -> list[str]:
    """Return every text that is cut off, and where."""
    return list(page.evaluate(CLIPPED))


def wider_than(page: Page, width: int) -> str:
    """Return what sticks out of a page of ``width`` CSS pixels, empty when nothing does."""
    needed = page.evaluate("document.documentElement.scrollWidth")
    if needed > width:
        return f"{page.url} needs {needed} px"
    found = page.evaluate(STICKING_OUT)
    return f"{page.url} has {', '.join(found)} beyond the side" if found else ""
