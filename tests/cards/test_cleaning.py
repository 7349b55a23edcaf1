"""Whatever a card renders: what is placed in the page is balanced, runs nothing and reaches nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from portal.cards.cleaning import ATTRIBUTES, HTMX, HTMX_WRITES, TAGS, clean

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
FOREIGN = (
    "script style template iframe object embed base link meta html body head frame plaintext xmp noscript math".split()
)
NAMES = [
    *sorted({name for names in ATTRIBUTES.values() for name in names}),
    *"style onclick onload ONERROR srcdoc data-x data-hx-get hx-on hx-on:click hx-vals hx-headers hx-swap-oob".split(),
    *"hx-ext hx-push-url formaction xlink:href target rel ping background srcset slot is nonce integrity".split(),
]
VALUES = [
    "",
    "x",
    "lab-x",
    "other-x",
    "lab-a other-b",
    "get",
    "post",
    "GET",
    "#lab-x",
    "#title",
    "this",
    "body",
    "closest .card",
    "outerHTML",
    "outerHTML swap:1s",
    "load[alert(1)]",
    "every 5s",
    "js:alert(1)",
    " javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "/\t/elsewhere.example/",
    "\t//elsewhere.example/",
    "/lab/",
    "/lab/1/?a=b#c",
    "/api/lab/things",
    "/admin/",
    "/lab/../admin/",
    "/lab/%2e%2e/admin/",
    "/lab/.\t./admin/",
    "/labyrinth/",
    "mailto:a@b.example",
    "/static/foyer/icons.svg#x",
    "https://elsewhere.example/icons.svg#x",
    '" onclick="alert(1)',
    "'><script>alert(1)</script>",
    "&quot;&gt;<b>",
    "\x00",
    "\u202e",
]

element = st.sampled_from([*sorted(TAGS), *FOREIGN])
attribute = st.builds(
    lambda name, value, quote: f" {name}={quote}{value}{quote}",
    st.sampled_from(NAMES),
    st.sampled_from(VALUES) | st.text(max_size=10),
    st.sampled_from(["'", '"', ""]),
)
opening = st.builds(
    lambda name, attributes, end: f"<{name}{''.join(attributes)}{end}",
    element,
    st.lists(attribute, max_size=4),
    st.sampled_from([">", "/>", " >", ""]),
)
closing = st.builds(lambda name, end: f"</{name}{end}", element, st.sampled_from([">", " x>", ""]))
odd = st.sampled_from(
    [
        "<!--",
        "-->",
        "<!-- a -->",
        "--!>",
        "<![CDATA[",
        "]]>",
        "<!doctype html>",
        "<?xml?>",
        "</",
        "<",
        ">",
        "&",
        "&lt",
        "&#0;",
    ]
    + [
        "<svg><style>",
        "<svg><title>",
        "<math><mtext>",
        "</p><table><tr>",
        "<select><option>",
        "<textarea>",
        "<a><svg><a>",
    ]
)
html = st.lists(opening | closing | odd | st.text(max_size=12), max_size=14).map("".join) | st.text()


class Balance(HTMLParser):
    """Collects the elements of clean HTML, and fails when one is not closed where it should be."""

    CDATA_CONTENT_ELEMENTS = ()

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()
        assert self.stack == [], f"{self.stack} are not closed."

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, f"</{tag}> closes nothing."
        assert self.stack.pop() == tag, f"</{tag}> closes another element."

    def handle_comment(self, data: str) -> None:
        raise AssertionError("There is a comment.")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("There is a declaration.")

    unknown_decl = handle_pi = handle_decl


def allowed(tag: str, name: str) -> bool:
    lower = {one.lower() for one in (*ATTRIBUTES["*"], *ATTRIBUTES.get(tag, ()))}
    return name.lower() in lower or (tag == "a" and name == "rel")


@given(html)
@example(
    '<p title="</textarea><script>alert(1)</script>"><textarea><p title="</textarea><img src=x onerror=alert(1)>">'
)
@example("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>")
@example("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>")
@example("<a hx-select='JavaScript:alert(1)'>")
def test_what_comes_out_is_balanced_and_of_allowed_parts_only(text: str) -> None:
    cleaned = clean(text, "lab")
    for tag, attributes in Balance(cleaned).elements:
        assert tag in {name.lower() for name in TAGS}
        for name, value in attributes.items():
            assert allowed(tag, name), f"<{tag} {name}>"
            assert not name.startswith("on")
            scheme = re.match(r"\s*([a-z]+):", re.sub(r"[\x00-\x20]", "", value), re.IGNORECASE)
            if name in ("href", "src") and scheme:
                assert scheme[1].lower() in ("http", "https", "mailto")
            if name in HTMX_WRITES:
                assert value.startswith(("/lab/", "/api/lab/"))
                assert ".." not in value
            elif name in HTMX and name == "hx-get" or name == "action":
                assert re.match(r"/(?![/\\\t])", value)
            if name == "hx-trigger":
                assert "[" not in value
            if name.startswith("hx-"):
                assert not value.strip().lower().startswith(("js:", "javascript:"))
            if name in ("id", "for"):
                assert all(one.startswith("lab-") for one in value.split())
            if name == "method":
                assert value.lower() == "get"


def in_order(cleaned: str) -> str:
    """The same HTML with the attributes of each element in the order of their names."""
    attributes = re.compile(r'((?: [\w:-]+="[^"]*")+)(?=>)')
    return attributes.sub(lambda found: "".join(sorted(re.findall(r' [\w:-]+="[^"]*"', found[1]))), cleaned)


@given(html)
@example("<a hx-delete='' aria-busy=''>")
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    once = clean(text, "lab")
    # Around a table or an option, a link is written in a link and a select in a select, which parsers take apart
    # (HTML §13.2.6).
    assume(once.count("<a") < 2 and once.count("<select") < 2)
    assert in_order(clean(once, "lab")) == in_order(once)


@given(html, html)
def test_what_stands_after_a_card_is_not_swallowed_by_it(text: str, after: str) -> None:
    whole = Balance(f"<div>{clean(text, 'lab')}</div><main>{clean(after, 'lab')}</main>")
    assert [tag for tag, _ in whole.elements].count("main") == 1


@given(st.text())
def test_text_stays_readable(text: str) -> None:
    from html import escape

    parser = _Text()
    parser.feed(clean(f"<p>{escape(text)}</p>", "lab"))
    parser.close()
    assert _plain("".join(parser.texts)) == _plain(text)


def _plain(text: str) -> str:
    """Leave out what HTML itself does not carry: null characters and kinds of line end."""
    return text.replace("\x00", "").replace("\ufffd", "").replace("\r\n", "\n").replace("\r", "\n")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


KEPT = [
    '<h3 id="lab-a" class="x">A</h3>',
    '<a href="https://a.example/">a</a>',
    '<a href="/lab/">a</a>',
    '<form action="/lab/add/" method="get"><input name="q" type="text" value="1"></form>',
    '<button hx-post="/lab/1/tick/" hx-swap="outerHTML" hx-target="closest li" type="submit">x</button>',
    '<button hx-delete="/api/lab/1">x</button>',
    '<ul hx-get="/healthy/" hx-trigger="lab:changed from:body"><li>a</li></ul>',
    '<p hx-get="/lab/?q=%2F..%2F">x</p>',
    '<svg class="icon" width="18" height="18" aria-hidden="true"><use href="/static/foyer/icons.svg#x"></use></svg>',
    '<svg class="icon" aria-hidden="true"><use href="/static/foyer/more-icons.svg#x"></use></svg>',
    '<svg viewBox="0 0 10 10"><path d="M0 0L1 1" stroke-width="2"></path></svg>',
    '<time datetime="2026-01-01" title="x">now</time>',
    "<details><summary>a</summary><p>b</p></details>",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_a_good_card_uses_is_kept(text: str) -> None:
    assert sorted(Balance(clean(text, "lab")).elements, key=str) == sorted(Balance(text).elements, key=str)


DROPPED = {
    '<button hx-post="/admin/auth/user/1/delete/" hx-trigger="load">x</button>': "hx-post",
    '<button hx-post="/labyrinth/">x</button>': "hx-post",
    '<button hx-put="/api/healthy/notes">x</button>': "hx-put",
    '<button hx-patch="/lab/../admin/">x</button>': "hx-patch",
    '<button hx-delete="/lab/%2e%2e/admin/">x</button>': "hx-delete",
    '<button hx-post="/lab/.\t./admin/">x</button>': "hx-post",
    '<button hx-post="https://elsewhere.example/lab/">x</button>': "hx-post",
    '<p hx-get="//elsewhere.example/">x</p>': "hx-get",
    '<p hx-get="/\t/elsewhere.example/">x</p>': "hx-get",
    '<p hx-get="/\\elsewhere.example/">x</p>': "hx-get",
    '<p hx-get="elsewhere">x</p>': "hx-get",
    '<p hx-trigger="load[alert(1)]">x</p>': "hx-trigger",
    '<p hx-confirm="js:alert(1)">x</p>': "hx-confirm",
    '<p hx-select=" javascript:alert(1)">x</p>': "hx-select",
    '<p hx-swap-oob="true">x</p>': "hx-swap-oob",
    '<p hx-vals="js:{a: 1}">x</p>': "hx-vals",
    '<p hx-target="body">x</p>': "hx-target",
    '<p hx-target="#title">x</p>': "hx-target",
    '<p hx-include="#title">x</p>': "hx-include",
    '<p data-hx-get="/lab/">x</p>': "data-hx-get",
    '<p id="title">x</p>': "id",
    '<p style="color: red">x</p>': "style",
    '<form method="post"></form>': "method",
    '<form action="https://elsewhere.example/"></form>': "action",
    '<form action="/\t/elsewhere.example/"></form>': "action",
    '<button formaction="/admin/">x</button>': "formaction",
    '<a href="javascript:alert(1)">x</a>': "href",
    '<svg><use href="https://elsewhere.example/x.svg#a"></use></svg>': "href",
    '<svg><use href="/static/lab/x.svg#a"></use></svg>': "href",
}


@pytest.mark.parametrize("text", DROPPED)
def test_what_reaches_beyond_the_card_is_dropped(text: str) -> None:
    for _, attributes in Balance(clean(text, "lab")).elements:
        assert DROPPED[text] not in attributes


def test_a_site_below_a_prefix_has_its_plugins_there() -> None:
    kept = '<button hx-post="/portal/lab/1/">x</button>'
    assert clean(kept, "lab", "/portal/") == kept
    assert "hx-post" not in clean(kept, "lab")
    assert "hx-post" not in clean('<button hx-post="/lab/1/">x</button>', "lab", "/portal/")


@pytest.mark.parametrize("name", ["script", "style", "template", "iframe", "object"])
def test_what_runs_goes_with_its_content(name: str) -> None:
    assert clean(f"<p>a</p><{name}>alert(1)</{name}><p>b</p>", "lab") == "<p>a</p><p>b</p>"
