from __future__ import annotations

import re
from html.parser import HTMLParser
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from portal.services.markdown import TAGS, to_html, to_line, to_text

HOSTILE = st.text() | st.lists(
    st.sampled_from(
        [
            "<script>",
            "</p>",
            "<img src=x onerror=alert(1)>",
            "[a](",
            "javascript:alert(1)",
            "data:text/html,x",
            ")",
            "<",
        ]
        + ["![", "](", "`", "\n", "# ", "> ", "- ", "|", "**", "&#106;avascript:", " \t", '"', "'", "<!--", "\x00"]
    )
).map("".join)


class Reader(HTMLParser):
    """Collects the elements and attributes of a fragment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


class RenderingTest(TestCase):
    @given(HOSTILE)
    def test_nothing_but_harmless_elements_and_links_comes_out(self, markdown: str) -> None:
        read = Reader(to_html(markdown))
        self.assertLessEqual(read.tags, TAGS)
        for name, value in read.attributes:
            self.assertIn(name, ("href", "title", "rel", "start"))
            if name == "href" and (scheme := re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", value, re.IGNORECASE)):
                self.assertIn(scheme[1].lower(), ("http", "https", "mailto"))

    @given(HOSTILE, st.integers(2, 200))
    def test_a_line_is_never_longer_than_asked(self, markdown: str, length: int) -> None:
        line = to_line(markdown, length)
        self.assertLessEqual(len(line), length)
        self.assertNotIn("\n", line)

    @given(HOSTILE | st.text(alphabet="ab -+=.)1#*_`[]()<&;|~!\\\t\n"))
    def test_its_text_is_that_of_the_html(self, markdown: str) -> None:
        self.assertEqual(re.findall(r"\w+", to_text(markdown)), re.findall(r"\w+", Reader(to_html(markdown)).text))

    def test_a_text_has_no_marks_and_no_addresses(self) -> None:
        text = to_text("# Orders\n\nAn *order* is [`placed`](https://example.com/).\n\n- one\n- two\n\n```\ncode\n```")
        self.assertEqual(text.split(), "Orders An order is placed. one two code".split())

    def test_it_makes_lists_tables_and_links(self) -> None:
        html = to_html("1. one\n\n| a |\n|---|\n| b |\n\n[link](https://example.com/) ~~old~~")
        for part in ("<ol>", "<td>b</td>", '<a href="https://example.com/" rel="noopener noreferrer">', "<s>old</s>"):
            self.assertIn(part, html)

    def test_raw_html_is_shown_literally(self) -> None:
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", to_html("<script>alert(1)</script>"))

    def test_its_headings_stand_below_that_of_the_page(self) -> None:
        html = to_html("# One\n\n###### Six")
        self.assertIn("<h2>One</h2>", html)
        self.assertIn("<h6>Six</h6>", html)
        self.assertIn("<h4>One</h4>", to_html("# One", top=4))

    def test_images_of_other_hosts_are_not_loaded(self) -> None:
        self.assertNotIn("<img", to_html("![pixel](https://tracker.example/x.png)"))

    def test_a_line_is_the_words_of_the_first_paragraph(self) -> None:
        self.assertEqual(to_line("# Title\n\nThe **database**\nmoves `now`.\n\nMore.", 200), "The database moves now.")
        self.assertEqual(to_line("- in a list", 200), "in a list")
        self.assertEqual(to_line("abcdef", 4), "abc…")
