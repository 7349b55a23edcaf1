"""A session that ends while a page is open."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_an_htmx_request_moves_the_whole_page_to_sign_in_and_back_to_where_it_was() -> None:
    response = Client().get("/", headers=HTMX | {"HX-Current-URL": "http://testserver/settings/theme/?a=1"})
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fsettings%2Ftheme%2F%3Fa%3D1"
    assert response.content == b""


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "http://testserver//evil.example", "javascript:alert(1)", "", "http://[::1"]
)
def test_a_page_elsewhere_is_not_returned_to(url: str) -> None:
    response = Client().get("/", headers=HTMX | {"HX-Current-URL": url})
    assert response["HX-Redirect"] == "/accounts/login/"


def test_a_page_is_redirected_as_ever() -> None:
    response = Client().get("/")
    assert response.status_code == 302
    assert "HX-Redirect" not in response
