"""Texts of a definition as HTML."""

from __future__ import annotations

import re

from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from portal.api import markdown

# Of what Markdown takes at worst: 20 ms for 1,000 characters, and more for long ones, 250 ms for 10,000.
MAX_EFFORT = 60_000
EFFORT_OF_ANY = 40
LONG = 10_000
_MARKED = re.compile(r"[\n\\`*_\[\]<>#&~|]|^\s*(?:[-+]|\d+[.)])\s")
_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>\s*", re.DOTALL)


class Prose:
    """The texts of one page, read as CommonMark where the format of its definition has that."""

    def __init__(self, is_markdown: bool) -> None:
        self._left = MAX_EFFORT if is_markdown else 0
        self._known: dict[str, SafeString] = {}

    def html(self, text: str) -> SafeString:
        """A text as blocks; one paragraph stands without its own element. As it was written once effort is spent."""
        if not _MARKED.search(text):
            return escape(text)
        if text not in self._known:
            self._known[text] = self._made(text)
        return self._known[text]

    def _made(self, text: str) -> SafeString:
        effort = EFFORT_OF_ANY + len(text) * (1 + len(text) // LONG)
        is_read = effort <= self._left
        self._left -= effort if is_read else 0
        html = markdown.to_html(text, top=3) if is_read else linebreaks(text, autoescape=True)
        alone = _PARAGRAPH.fullmatch(html)
        return mark_safe(alone[1]) if alone else SafeString(html)  # noqa: S308 - cleaned or escaped above
