"""Plugin stylesheets: what is refused, what is kept, and that nothing leaves its wrapper."""

from __future__ import annotations

import re
from typing import Any

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from portal.guard import PluginError
from portal.loading.stylesheets import moved, scope_stylesheet, urls

FILE = "static/todos/plugin.css"


def scoped(css: str, label: str = "todos", file: str = FILE) -> str:
    return scope_stylesheet(css, label, file)


def refusal(css: str) -> str:
    with pytest.raises(PluginError) as caught:
        scoped(css)
    return str(caught.value)


def rules_in(css: str) -> tuple[str, list[Any], list[Any]]:
    """Return the layer's name, its keyframes and the rules of its one scope; fails for any other shape."""
    outer = tinycss2.parse_stylesheet(css, skip_whitespace=True)
    assert [(rule.type, getattr(rule, "lower_at_keyword", "")) for rule in outer] == [("at-rule", "layer")]
    inner = tinycss2.parse_rule_list(outer[0].content, skip_whitespace=True)
    assert {rule.type for rule in inner} == {"at-rule"}
    keyframes = [rule for rule in inner if rule.lower_at_keyword == "keyframes"]
    (scope,) = (rule for rule in inner if rule.lower_at_keyword != "keyframes")
    assert scope.lower_at_keyword == "scope"
    assert tinycss2.serialize(scope.prelude).strip() == '([data-plugin="todos"]) to (:scope [data-plugin])'
    return (
        tinycss2.serialize(outer[0].prelude).strip(),
        keyframes,
        tinycss2.parse_rule_list(scope.content, skip_whitespace=True),
    )


def test_rules_are_put_into_the_layer_and_the_scope_of_the_plugin() -> None:
    layer, keyframes, rules = rules_in(scoped(".done { color: var(--muted) }"))
    assert (layer, keyframes, len(rules)) == ("plugin.todos", [], 1)


def test_keyframes_and_every_reference_to_them_get_the_label() -> None:
    css = scoped(
        "@keyframes spin { from { rotate: 0turn } 50%, to { rotate: 1turn } }"
        ".a { animation: spin 1s linear infinite, var(--other, spin 2s); }"
        '.spin { animation-name: "spin" }'
    )
    assert "@keyframes todos-spin{from{rotate:0turn;}50%, to{rotate:1turn;}}" in css
    assert ".a{animation:todos-spin 1s linear infinite, var(--other, todos-spin 2s);}" in css
    assert '.spin{animation-name:"todos-spin";}' in css


def test_nested_rules_conditions_layers_and_custom_properties_are_kept() -> None:
    css = scoped(
        ":scope { --gap: 4px; --list: { a: b }; }"
        "@media (min-width: 20rem) { .a { color: red; &:hover { color: blue } a:hover { color: green }"
        " @media print { color: black } } }"
        "@layer one, two; @layer one { @supports (display: grid) { .b { display: grid } } }"
        "@scope (.c) to (.d) { img { border: 0 } } @container (width > 10rem) { .e { top: 0 } }"
    )
    for kept in (
        "--gap:4px;",
        "--list:{ a: b };",
        "&:hover{color:blue;}",
        "a:hover{color:green;}",
        "@media print{color:black;}",
        "@layer one, two;",
        "@supports (display: grid){.b{display:grid;}}",
        "@scope (.c) to (.d){img{border:0;}}",
        "@container (width > 10rem){.e{top:0;}}",
    ):
        assert kept in css


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("} body { display: none } .x {", "Unmatched }"),
        (".a { color: red }\n} html { display: none }", "Unmatched }"),
        (".a:is(}) { }", "Unmatched }"),
        (".a\n{ color: red", "not closed"),
        (".a { } @media print { .b { }", "not closed"),
        (".a { } /* never ends", "not closed"),
        (".a { } @foyer-end {", "@foyer-end"),
        ('.a { content: "never ends\n" }', "can't be read"),
        (".a { background: url(a b) }", "can't be read"),
        ("<!-- .a { } -->", "<!-- is not CSS"),
        (".a { color: red } \\", "backslash"),
        (".a { content: '</STYLE>' }", "would end a style element"),
        (".a { content: '\\3c/style>' }", "would end a style element"),
        (".a { content: '\\d800 ' }", "half a character"),
        ("@import 'other.css';", "@import"),
        ("@font-face { font-family: x; src: url(x.woff2) }", "@font-face"),
        ("@property --x { syntax: '*'; inherits: false }", "@property"),
        ("@page { margin: 0 }", "@page"),
        ("@namespace svg url(x);", "@namespace"),
        ("@charset 'utf-8';", "@charset"),
        ("@view-transition { navigation: auto }", "@view-transition"),
        (".a { @font-face { } }", "@font-face"),
        ("@media print { @keyframes spin { } }", "inside another rule"),
        (":host { color: red }", '":host"'),
        (":host(.x) { color: red }", ":host()"),
        (":root { --accent: red }", '":root"'),
        ("html { font-size: 80% }", '"html"'),
        (".a, BODY > .b { color: red }", '"body"'),
        (":is(html, .a) { color: red }", '"html"'),
        (".a { html & { color: red } }", '"html"'),
        ("@scope (html) { .a { color: red } }", '"html"'),
        (".a { position: fixed }", "position: fixed"),
        (".a { POSITION: FI\\58 ED }", "position: FIXED"),
        (".a { position: var(--where) }", "position: var(--where)"),
        ("@keyframes pin { from { position: fixed } }", "position: fixed"),
        (".a { color: red !important }", "!important"),
        (".a { color: red ! IMPORTANT }", "!important"),
        (".a { background: url(https://example.com/x.png) }", "lies outside the portal"),
        (".a { background: url('//example.com/x.png') }", "lies outside the portal"),
        (".a { background: url(\\68ttps://example.com/x.png) }", "lies outside the portal"),
        (".a { background: url(data:image/png;base64,AA==) }", "lies outside the portal"),
        (".a { background: url(/accounts/logout/) }", "absolute path"),
        (".a { background: url(../catalog/x.png) }", "leaves the plugin's folder"),
        (".a { background: url(%2e%2e/catalog/x.png) }", "not a plain file name"),
        (".a { background: image-set('https://example.com/x.png' 1x) }", "names a file by a string"),
        (".a { background: src('https://example.com/x.png') }", "src()"),
        (".a { content: 'url(x.png)' }", "reads like a reference"),
        (".a { animation: nowhere 1s }", 'no keyframes "nowhere"'),
        ("@keyframes ease { }", '"ease"'),
        (".a { --spin: spin } @keyframes spin { }", "--spin holds the name of the keyframes"),
        (".a { color red }", "not a declaration"),
        (".a { color: }", "has no value"),
        (".a { *zoom: 1 }", "not a declaration"),
        (".a { grid: { x } }", "is a block"),
        (".a { --x: { a: b } c: d }", "--x holds more than a block"),
        (".a { top: 0; --x: a { b: c } }", "--x holds more than a block"),
        ("color: red; .a { }", "runs into a selector"),
        ("@media print { color: red; .a { } }", "runs into a selector"),
        (".a", "no block"),
        ("@media print;", "no block"),
        ("{ color: red }", "no selector"),
        (".u+a { }", "range of characters"),
        ("(" * 2000, "nested too deeply"),
        (".a { color: red }" * 10_000, "longer than"),
    ],
)
def test_what_could_escape_or_be_lost_is_refused(css: str, said: str) -> None:
    message = refusal(css)
    assert said in message
    assert message.startswith(FILE)


def test_a_refusal_names_the_line() -> None:
    assert refusal(".a { }\r\n\r\n.b {\n  color: red;\n  position: fixed;\n}").startswith(f"{FILE}:5: ")


def test_an_unclosed_block_is_reported_where_it_begins() -> None:
    assert refusal(".a { }\n.b { color: red\n.c { }\n").startswith(f"{FILE}:2: ")


@pytest.mark.parametrize(
    "css", [".html { top: 0 }", ".a[data-x=body] { top: 0 }", "#root { top: 0 }", "nav-body { top: 0 }"]
)
def test_a_name_that_only_looks_like_the_page_is_allowed(css: str) -> None:
    assert len(rules_in(scoped(css))[2]) == 1


def test_an_escaped_space_at_the_end_of_a_selector_survives() -> None:
    assert r".a\ {color:red;}" in scoped(r".a\  { color: red }")


def test_a_byte_order_mark_is_not_part_of_the_first_selector() -> None:
    assert "{.a{top:0;}}" in scoped("\ufeff.a { top: 0 }")


def test_relative_urls_are_kept_and_listed() -> None:
    css = scoped('.a { background: url(img/x.svg#dot), URL( "y.png" ); filter: url(#blur) }')
    assert urls(css) == ["img/x.svg", "y.png"]


def test_a_sheet_in_a_folder_may_name_a_file_beside_the_folder() -> None:
    css = scoped(".a { background: url(../img/x.svg) }", file="static/todos/css/board.css")
    assert urls(css) == ["../img/x.svg"]


def test_moving_a_sheet_to_the_parent_folder_moves_its_urls() -> None:
    css = moved(scoped(".a { background: url(img/x.svg#dot); filter: url(#blur) }"), "todos")
    assert 'url("todos/img/x.svg#dot")' in css
    assert 'url("#blur")' in css


FRAGMENTS = (
    *"{}()[]'\";:,.#&*+>~|@!\\/<- \n\r\f",
    *(
        "/*",
        "*/",
        "<!--",
        "-->",
        "</style",
        "\\\n",
        "\\ ",
        "\\31 ",
        "\\7d ",
        "\\7b",
        "u+a",
        "url(",
        'url("',
        "\ufeff",
        "\0",
    ),
    *(
        ".a",
        "a",
        ":scope",
        ":root",
        ":hover",
        "::before",
        "&",
        "html",
        "[x=y]",
        "[x='}']",
        "#1",
        "1e3",
        "-1px",
        "50%",
    ),
    *("--x", "color:red", "position:fixed", "--x:{a:b}", "content:'}'", "animation:spin 1s", ";", "!important"),
    *(".b{color:red}", "@media print{", "@layer x;", "@layer x{", "@scope (.a){", "@supports (top:0){"),
    *("@keyframes spin{from{top:0}}", "@import 'x';", "@font-face{", "@foyer-end{}", "}}", "é", "😀"),
)
SHEETS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=25).map("".join)


@given(SHEETS)
def test_whatever_is_accepted_stays_inside_one_layer_with_one_scope(css: str) -> None:
    try:
        written = scoped(css)
    except PluginError:
        return
    layer, keyframes, _ = rules_in(written)
    assert layer == "plugin.todos"
    assert all(tinycss2.serialize(rule.prelude).strip().startswith("todos-") for rule in keyframes)
    assert written.encode()


@given(SHEETS)
def test_what_was_written_once_is_well_formed_css_again(css: str) -> None:
    try:
        _, _, rules = rules_in(scoped(css))
    except PluginError:
        return
    again = "".join(rule.serialize() for rule in rules)
    assert rules_in(scoped(again))[2:] is not None
    assert re.sub(r"\s|/\*\*/|;", "", scoped(again)).endswith(re.sub(r"\s|/\*\*/|;", "", again) + "}}")


NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda name: name not in ("html", "body"))


@given(st.lists(st.tuples(NAMES, NAMES), max_size=8))
def test_no_rule_is_left_out(rules: list[tuple[str, str]]) -> None:
    css = "\n".join(f".{name} {{ --{value}: {value}-1; }}" for name, value in rules)
    assert [rule.serialize() for rule in rules_in(scoped(css))[2]] == [
        f".{name}{{--{value}:{value}-1;}}" for name, value in rules
    ]
