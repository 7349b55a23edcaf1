"""A stylesheet as it is served means what it meant as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from tinycss2 import parse_component_value_list

from portal.web.compact_stylesheets import compact


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("/* why */ a { color : red ; }", "a{color :red;}"),
        ("nav :is(ul, ol) { x: y }", "nav :is(ul,ol){x:y}"),
        ("a :hover,\n  b > c { x: y }", "a :hover,b > c{x:y}"),
        ("p { inset: calc(1px\n + 2px) auto }", "p{inset:calc(1px + 2px) auto}"),
        ("p { --empty: ; x: var(--empty, ) }", "p{--empty:;x:var(--empty,)}"),
        ("@layer a { .b { &:hover { x: y }\n & .c { x: y } } }", "@layer a{.b{&:hover{x:y}& .c{x:y}}}"),
        ('q { content: "a : ;  {" }', 'q{content:"a : ;  {"}'),
        ("@container (width < 5rem) and (height: 2px) { a {} }", "@container (width < 5rem) and (height:2px){a{}}"),
        ("@import url(a.css) ;\n\na{}", "@import url(a.css);a{}"),
    ],
)
def test_only_comments_and_space_that_parts_nothing_go(written: str, served: str) -> None:
    assert compact(written) == served


def test_the_portals_stylesheet_has_the_same_tokens() -> None:
    def tokens(css: str) -> list[str]:
        def walk(found: list[object]) -> list[str]:
            words: list[str] = []
            for token in found:
                content = getattr(token, "content", None) or getattr(token, "arguments", None)
                if content is not None:
                    words += [token.type, getattr(token, "name", ""), *walk(content)]  # type: ignore[attr-defined]
                elif token.type != "whitespace":  # type: ignore[attr-defined]
                    words.append(token.serialize())  # type: ignore[attr-defined]
            return words

        return walk(parse_component_value_list(css, skip_comments=True))

    css = (Path(settings.BASE_DIR) / "static" / "foyer" / "foyer.css").read_text(encoding="utf-8")
    served = compact(css)
    assert tokens(served) == tokens(css)
    assert compact(served) == served
    assert len(served) < 0.9 * len(css)
