from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.templatetags.catalog import breakable


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("@backstage/backend-app-api", ["@backstage/", "backend-app-api"]),
        ("internal_payments_library", ["internal_", "payments_", "library"]),
        ("PaymentAuthorisationService", ["Payment", "Authorisation", "Service"]),
        ("../../catalog/all.location.yaml", ["../../", "catalog/", "all.", "location.", "yaml"]),
        ("short/name", ["short/name"]),
    ],
)
def test_a_long_name_goes_on_where_its_parts_meet(name, parts):
    assert breakable(name).split("<wbr>") == parts


@given(st.text())
def test_breaks_change_neither_the_text_nor_that_it_is_escaped(text):
    html = breakable(text).replace("<wbr>", "")
    assert "<" not in html
    assert unescape(html) == text
