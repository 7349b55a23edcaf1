"""What a plugin may ask of the Content-Security-Policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.guard import PluginError
from portal.loading.csp_needs import validate_needs


@pytest.mark.parametrize("directive", ["img-src", "font-src", "connect-src", "frame-src", "media-src"])
@pytest.mark.parametrize(
    "source",
    ["https://img.example.com", "https://grafana", "https://a.b-c.example:8443", "https://x.example/path/to~a.b/"],
)
def test_https_hosts_are_accepted(directive: str, source: str) -> None:
    validate_needs({directive: (source, "https://other.example")})


def test_no_needs_are_accepted() -> None:
    validate_needs({})


@pytest.mark.parametrize(
    "source",
    [
        "*",
        "https://*",
        "https://*.example.com",
        "https:",
        "data:",
        "blob:",
        "http://img.example.com",
        "img.example.com",
        "//img.example.com",
        "wss://img.example.com",
        "'self'",
        "'none'",
        "'unsafe-inline'",
        "'unsafe-eval'",
        "'nonce-abc'",
        "",
        "https://",
        "https://img.example.com; script-src *",
        "https://img.example.com, default-src *",
        "https://img.example.com *",
        "https://img.example.com\nX-Header: 1",
        "https://user@img.example.com",
        "https://img.example.com?x=1",
        "https://-img.example.com",
        "https://img..example.com",
        "https://bücher.example",
        "https://img.example.com:port",
        7,
        None,
    ],
)
def test_anything_else_is_refused(source: Any) -> None:
    with pytest.raises(PluginError, match="is not an https host"):
        validate_needs({"img-src": (source,)})


@pytest.mark.parametrize(
    "directive",
    [
        "script-src",
        "style-src",
        "base-uri",
        "form-action",
        "default-src",
        "object-src",
        "frame-ancestors",
        "sandbox",
        "IMG-SRC",
        5,
    ],
)
def test_directives_that_guard_scripts_and_forms_are_refused(directive: Any) -> None:
    with pytest.raises(PluginError, match="a plugin may widen"):
        validate_needs({directive: ("https://img.example.com",)})


def test_a_single_text_is_refused_with_the_remedy() -> None:
    with pytest.raises(PluginError, match="needs a comma"):
        validate_needs({"img-src": "https://img.example.com"})  # type: ignore[dict-item]


def test_needs_that_are_no_mapping_are_refused() -> None:
    with pytest.raises(PluginError, match="must be a mapping"):
        validate_needs(("https://img.example.com",))  # type: ignore[arg-type]


@given(st.text() | st.builds("https://{}".format, st.text()) | st.from_regex(r"https://[a-z;, *'.:/-]{1,20}"))
def test_nothing_that_is_accepted_can_end_or_widen_a_directive(source: str) -> None:
    try:
        validate_needs({"img-src": (source,)})
    except PluginError:
        return
    assert re.fullmatch(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?", source)
