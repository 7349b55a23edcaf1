"""Signing in and out with a local account."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_user("ada", password="pw"))
    return client


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_wrong_password_shows_the_form_again() -> None:
    get_user_model().objects.create_user("ada", password="pw")
    response = Client().post("/accounts/login/", {"username": "ada", "password": "wrong"})
    assert response.status_code == 200
    assert 'value="ada"' in response.content.decode()


def test_the_sign_in_form_needs_its_token() -> None:
    get_user_model().objects.create_user("ada", password="pw")
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"username": "ada", "password": "pw"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_signing_out_needs_a_form(client: Client) -> None:
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 403
    assert client.post("/accounts/logout/", headers={"HX-Request": "true"}).status_code == 403
    assert signed_in(client)


def test_the_page_to_sign_out_works_without_javascript(client: Client) -> None:
    page = client.get("/accounts/sign-out/").content.decode()
    assert 'method="post" action="/accounts/logout/"' in page
    response = client.post("/accounts/logout/", {"csrfmiddlewaretoken": client.cookies["csrftoken"].value})
    assert response["Location"] == "/accounts/login/"
    assert response["Clear-Site-Data"] == '"cache"'
    assert not signed_in(client)


def test_an_old_session_cookie_is_worth_nothing_after_signing_out(client: Client) -> None:
    client.get("/accounts/sign-out/")
    old = client.cookies["sessionid"].value
    client.post("/accounts/logout/", {"csrfmiddlewaretoken": client.cookies["csrftoken"].value})
    thief = Client()
    thief.cookies["sessionid"] = old
    assert thief.get("/settings/theme/").status_code == 302


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert Client().get("/accounts/sign-out/")["Location"].startswith("/accounts/login/")
