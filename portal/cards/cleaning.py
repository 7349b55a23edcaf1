"""Cleans and balances the HTML of a card, so that nothing in it reaches the page around it.

The allow-list is part of the contract and stands in docs/plugins.md.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote

import nh3
from django.templatetags.static import static

from portal.services.icons import SPRITES

TAGS = frozenset(
    "a abbr article b blockquote br button caption code dd del details div dl dt em fieldset figcaption figure footer"
    " form h3 h4 h5 h6 header hr i img input ins kbd label legend li mark meter ol optgroup option output p pre"
    " progress q rect s samp section select small span strong sub summary sup svg table tbody td textarea tfoot th"
    " thead time title tr u ul use var wbr circle g line path polyline polygon text".split()
)
HTMX_WRITES = frozenset({"hx-post", "hx-put", "hx-patch", "hx-delete"})
HTMX_URLS = HTMX_WRITES | {"hx-get"}
HTMX = HTMX_URLS | {"hx-target", "hx-swap", "hx-trigger", "hx-select", "hx-include", "hx-confirm", "hx-indicator"}
_DRAWING = {
    "x",
    "y",
    "width",
    "height",
    "viewbox",
    "viewBox",
    "fill",
    "stroke",
    "stroke-width",
    "d",
    "points",
    "transform",
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "id", "title", "lang", "dir", "hidden", "role", "tabindex", *HTMX}
    | {
        f"aria-{name}"
        for name in "label labelledby describedby hidden current expanded controls live busy sort".split()
    },
    "a": {"href", "download"},
    "button": {"type", "name", "value", "disabled"},
    "form": {"action", "method"},
    "img": {"src", "alt", "width", "height", "loading"},
    "input": {"type", "name", "value", "placeholder", "checked", "required", "disabled", "min", "max", "step"}
    | {"maxlength", "autocomplete"},
    "label": {"for"},
    "li": {"value"},
    "meter": {"value", "min", "max", "low", "high", "optimum"},
    "ol": {"start"},
    "option": {"value", "selected", "disabled"},
    "optgroup": {"label", "disabled"},
    "progress": {"value", "max"},
    "select": {"name", "required", "disabled", "multiple"},
    "td": {"colspan", "rowspan", "headers"},
    "textarea": {"name", "rows", "placeholder", "required", "maxlength", "disabled"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "use": {"href"},
    "svg": {"focusable", *_DRAWING},
    **{
        shape: {"cx", "cy", "r", "rx", "x1", "x2", "y1", "y2", "text-anchor", *_DRAWING}
        for shape in ("circle", "g", "line", "path", "polyline", "polygon", "rect", "text")
    },
}
_NAMES_OF_ELEMENTS = frozenset({"id", "for", "aria-labelledby", "aria-describedby", "aria-controls"})
_TARGETS = ("this", "closest ", "find ", "next", "previous")
_SWAPS = ("innerHTML", "outerHTML", "innerMorph", "outerMorph", "beforebegin", "afterbegin", "beforeend", "afterend")
_EVERYDAY_SWAPS = (*_SWAPS, "delete", "none")

REMEMBERED_HTML = 8 * 1024


def clean(html: str, label: str, prefix: str = "/") -> str:
    """Return ``html`` of the plugin ``label`` with only allowed elements and attributes, every element closed.

    prefix    the script prefix of the site, under which the plugin has its pages and its API
    """
    return (_clean_again if len(html) <= REMEMBERED_HTML else _clean)(html, label, prefix)


def _clean(html: str, label: str, prefix: str) -> str:
    return _cleaner(label, prefix).clean(html)


# A card mostly says what it said before, and cleaning takes as long as rendering.
_clean_again = lru_cache(maxsize=1024)(_clean)


def _is_local(url: str) -> bool:
    """Say whether a browser takes ``url`` for a path of this site, and for the path that it seems to be."""
    path = unquote(url.partition("?")[0].partition("#")[0])
    plain = not any(character <= " " or character == "\\" for character in path)
    return plain and path.startswith("/") and not path.startswith("//") and not {".", ".."} & {*path.split("/")}


@lru_cache(maxsize=1024)
def _cleaner(label: str, site: str) -> nh3.Cleaner:
    prefix = f"{label}-"
    own = (f"{site}{label}/", f"{site}api/{label}/")
    sprites = {static(name) for name in SPRITES}

    def allowed(element: str, attribute: str, value: str) -> str | None:
        if attribute in HTMX_WRITES:
            # htmx sends the user's CSRF token with it, and markup that slipped into a card must not use it elsewhere.
            ok = _is_local(value) and unquote(value).startswith(own)
        elif attribute in HTMX_URLS or attribute == "action":
            ok = _is_local(value)
        elif attribute.startswith("hx-") and value.lstrip().lower().startswith(("js:", "javascript:")):
            ok = False
        elif attribute == "hx-trigger":
            # A filter in brackets would be run as a script.
            ok = "[" not in value
        elif attribute == "hx-target":
            ok = value.startswith((*_TARGETS, f"#{prefix}"))
        elif attribute == "hx-swap":
            ok = value.split(" ", 1)[0] in _EVERYDAY_SWAPS
        elif attribute in ("hx-include", "hx-indicator"):
            ok = value.startswith((*_TARGETS, f"#{prefix}"))
        elif attribute in _NAMES_OF_ELEMENTS:
            ok = all(name.startswith(prefix) for name in value.split())
        elif attribute == "method":
            # A card carries no CSRF token: without JavaScript its forms lead to the page that has one.
            ok = value.lower() == "get"
        elif element == "use":
            ok = value.partition("#")[0] in sprites
        else:
            ok = True
        return value if ok else None

    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style", "template", "iframe", "object"},
        attributes=ATTRIBUTES,
        attribute_filter=allowed,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,  # no link of a card opens a window
    )
