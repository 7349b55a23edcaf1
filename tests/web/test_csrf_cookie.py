"""Where the script finds the CSRF token."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_user("ada"))
    return client


def test_the_first_page_sets_the_cookie_and_holds_no_token(client: Client) -> None:
    response = client.get("/")
    assert "csrftoken" in response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_the_cookie_is_set_once(client: Client) -> None:
    client.get("/")
    assert "csrftoken" not in client.get("/").cookies


def test_a_page_seen_before_answers_304(client: Client) -> None:
    client.get("/")
    etag = client.get("/")["ETag"]
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 304


def test_the_token_of_the_cookie_is_accepted(client: Client) -> None:
    client.get("/")
    token = client.cookies["csrftoken"].value
    response = client.post("/settings/theme/", {"theme": "dark"}, headers={"X-CSRFToken": token})
    assert response.status_code == 302


def test_a_malformed_cookie_is_replaced(client: Client) -> None:
    client.cookies["csrftoken"] = "garbage"
    assert len(client.get("/").cookies["csrftoken"].value) == 32


def test_neither_fragments_nor_strangers_nor_the_api_get_one(client: Client) -> None:
    assert "csrftoken" not in client.get("/", headers={"HX-Request": "true"}).cookies
    assert "csrftoken" not in client.get("/api/").cookies
    assert "csrftoken" not in Client().get("/healthz").cookies
