"""Turns markdown into HTML that is safe to show, and into plain text."""

from __future__ import annotations

import re
from itertools import pairwise

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["to_html", "to_line", "to_text"]

# Images are left out: the Content-Security-Policy would block those of other hosts.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
# Whatever may be more than a word of a paragraph.
_MARKS = re.compile(r"[\\`*_\[\]<>#|~&]|^\s*(?:[-+=]|\d+[.)])|^(?: {4}|\t)", re.MULTILINE)
TAGS = set("a blockquote br code em h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul".split())


def to_html(markdown: str, top: int = 2) -> SafeString:
    """Return ``markdown`` (CommonMark with tables and strikethrough) as HTML.

    Raw HTML in it is shown literally, images are left out, links lead to http, https and mailto only. Its headings
    begin at the level ``top``, 2 to 6: below the heading of where it stands. Bound what people can write: odd texts
    take time with the square of their length, a quarter of a second for 10,000 brackets.
    """
    tokens = MARKDOWN.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + top - 1, 6)}"
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(cleaned)  # noqa: S308 - raw HTML is off, and what was made went through the cleaner


def to_line(markdown: str, length: int) -> str:
    """Return the words of the first paragraph, cut to ``length`` characters."""
    tokens = MARKDOWN.parse(markdown)
    for before, token in pairwise(tokens):
        if before.type == "paragraph_open":
            words = "".join(_words(child) for child in token.children or ()).strip()
            return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"
    return ""


def to_text(markdown: str) -> str:
    """Return all its words in their order, without marks and addresses of links. As for ``to_html``, bound its length.

    Reading Markdown takes a tenth of a millisecond or more, so that what has no marks is returned as it is.
    """
    if not _MARKS.search(markdown):
        return markdown
    return "\n".join(
        "".join(map(_words, token.children)) if token.children else token.content for token in MARKDOWN.parse(markdown)
    )


def _words(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content
