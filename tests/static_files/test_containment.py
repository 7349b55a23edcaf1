"""In a browser, a plugin's stylesheet reaches nothing but the plugin's own boxes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from portal.guard import PluginError
from portal.loading.stylesheets import scope_stylesheet
from tests.chromium import chromium  # noqa: F401 - a fixture

from .test_stylesheets import FRAGMENTS

pytestmark = pytest.mark.browser

# As templates/base.html and templates/cards/card.html have it.
HTML = """<!doctype html><html><body>
  <nav id="nav" class="a"><a id="link" class="a" href="#x">Home</a></nav>
  <main id="content"><div class="page plugin a" data-plugin="todos" id="page">
    <p class="a" id="own">mine</p>
    <div class="wrapper">
      <article class="card"><div class="card-body"><div class="plugin a" data-plugin="catalog" id="other">
        <p class="a" id="inside-other">theirs</p>
        <div class="plugin a" data-plugin="todos" id="again"><p class="a" id="own-again">mine</p></div>
      </div></div></article>
    </div>
  </div></main>
  <article class="card a" id="card"><header id="card-header" class="a">Title</header>
    <div class="card-body">
      <div class="plugin a" data-plugin="todos" id="in-card"><p class="a" id="own-in-card">mine</p></div>
    </div>
  </article>
  <footer class="a" id="after">after</footer>
</body></html>"""
OWN = {"own", "own-again", "own-in-card"}
BOXES = {"page", "again", "in-card"}

APPLY = """(sheets) => {
  document.adoptedStyleSheets = sheets.map((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
}"""
STYLED = """() => [...document.querySelectorAll("[id]")]
  .filter((element) => getComputedStyle(element).outlineStyle === "dotted").map((element) => element.id)"""
SHAPE = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules].map((rule) => [
    rule.constructor.name, rule.name, [...rule.cssRules].map((inner) => inner.constructor.name + (inner.name ?? "")),
  ]);
}"""


@pytest.fixture
def page(chromium: Browser) -> Any:  # noqa: F811 - the fixture above
    page = chromium.new_page(viewport={"width": 800, "height": 600})
    page.set_content(HTML)
    yield page
    page.close()


def apply(page: Page, css: str) -> None:
    foyer = (Path(settings.BASE_DIR) / "static/foyer/foyer.css").read_text(encoding="utf-8")
    page.evaluate(APPLY, [foyer, scope_stylesheet(css, "todos", "static/todos/plugin.css")])


@pytest.mark.parametrize(
    ("css", "styled"),
    [
        (".a { outline-style: dotted }", OWN),
        ("* { outline-style: dotted }", OWN),
        (":scope { outline-style: dotted }", BOXES),
        (":is(.a, p) { outline-style: dotted }", OWN),
        ("@media all { .a { outline-style: dotted } }", OWN),
        ("@layer x { .a { outline-style: dotted } }", OWN),
        (".a { @media all { outline-style: dotted } }", OWN),
        (":scope + *, :scope ~ * { outline-style: dotted }", set()),
        (":scope { & + *, & ~ * { outline-style: dotted } }", set()),
        (".a { & ~ *, & + * { outline-style: dotted } }", set()),
        (":has(.a):not(:scope) { outline-style: dotted }", set()),
        ("@scope (.wrapper) { .a { outline-style: dotted } }", set()),
        ("[data-plugin] .a, .card .a, nav.a, #after { outline-style: dotted }", set()),
        (
            "@keyframes x { from, to { outline-style: dotted } } .a { animation: x 9s; outline-style: solid }",
            OWN,
        ),
    ],
)
def test_only_the_plugins_own_elements_are_styled(page: Page, css: str, styled: set[str]) -> None:
    apply(page, css)
    assert set(page.evaluate(STYLED)) == styled


@pytest.mark.parametrize(
    "css",
    [
        ":scope { contain: none; position: absolute; inset: 0; width: 100vw; height: 100vh; z-index: 99 }",
        ":scope { contain: none; position: relative; margin: -500px; width: 300vw; height: 300vh; z-index: 99 }",
        ":scope { contain: none; scale: 50; z-index: 99; position: relative }",
        ".a { position: absolute; inset: -1000px; z-index: 9999; background: red }",
        ".a::before { content: ''; position: absolute; inset: -100vh -100vw; z-index: 9999 }",
        ".a { box-shadow: 0 0 0 200vmax red; outline: 200vmax solid red }",
    ],
)
def test_nothing_covers_the_rest_of_the_page(page: Page, css: str) -> None:
    apply(page, css)
    for name in ("link", "card-header", "after"):
        page.locator(f"#{name}").scroll_into_view_if_needed()
        box = page.locator(f"#{name}").bounding_box()
        assert box is not None
        hit = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y)?.id",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
        )
        assert hit == name


def test_keyframes_of_the_host_are_not_replaced(page: Page) -> None:
    apply(page, "@keyframes foyer-pulse { from, to { outline-style: dotted } }")
    page.evaluate("document.getElementById('nav').style.animation = 'foyer-pulse 9s'")
    assert page.evaluate(STYLED) == []


def test_the_browser_reads_every_accepted_sheet_as_one_layer_with_one_scope(page: Page) -> None:
    chance = random.Random(7)  # noqa: S311 - the same sheets each time
    accepted = 0
    while accepted < 300:
        text = "".join(chance.choices(FRAGMENTS, k=chance.randint(1, 7)))
        try:
            css = scope_stylesheet(text, "todos", "static/todos/plugin.css")
        except PluginError:
            continue
        accepted += 1
        ((kind, name, inner),) = page.evaluate(SHAPE, css)
        assert (kind, name) == ("CSSLayerBlockRule", "plugin.todos")
        assert {one for one in inner if not one.startswith("CSSKeyframesRuletodos-")} == {"CSSScopeRule"}, text
        assert inner.count("CSSScopeRule") == 1, text
