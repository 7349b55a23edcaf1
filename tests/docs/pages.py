"""The documentation as text: pages, their links, headings and code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<(?:img|source)[^>]*? src(?:set)?=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


@cache
def text(page: Path) -> str:
    """Return the page as it is."""
    return page.read_text(encoding="utf-8")


def links(page: Path) -> list[str]:
    """Return the targets of the page's links and images, code left out."""
    prose = _SPAN.sub("", _FENCE.sub("", text(page)))
    return [markdown or html for markdown, html in _LINK.findall(prose)]


def anchors(page: Path) -> set[str]:
    """Return the names under which the page's headings can be linked, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", text(page)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(page: Path) -> list[str]:
    """Return every code span, and every line of the code blocks."""
    blocks = [line for block in _FENCE.findall(text(page)) for line in block.splitlines()[1:-1]]
    return [*blocks, *_SPAN.findall(_FENCE.sub("", text(page)))]


def table_rows(page: Path) -> list[list[str]]:
    """Return the cells of every row of the page's tables."""
    lines = (line for line in text(page).splitlines() if line.startswith("| "))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
