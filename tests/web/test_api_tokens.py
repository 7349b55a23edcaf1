"""Personal API tokens: made and revoked on a page, sent as bearer tokens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import ApiToken
from portal.services import tokens
from portal.testing import person

pytestmark = pytest.mark.django_db
PAGE = "/settings/api-tokens/"


@pytest.fixture
def erin(client):
    user = person("erin")
    client.force_login(user)
    return user


def call(secret: str, path: str = "/api/", **extra):
    return Client().get(path, headers={"Authorization": f"Bearer {secret}"}, **extra)


def test_a_new_token_is_shown_once_and_stored_as_a_digest(client, erin):
    page = client.post(PAGE, {"name": "laptop", "days": "90"}).content.decode()
    secret = re.search(r"foyer_[\w-]+", page)[0]
    assert secret not in client.get(PAGE).content.decode()
    assert secret not in str(ApiToken.objects.values().get())
    assert call(secret).status_code == 200


def test_a_token_calls_the_api_of_a_plugin_without_a_csrf_token(erin):
    _, secret = tokens.create(erin, "script")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        "/api/todos/todos",
        {"title": "From a script"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 201, answer.content


def test_an_unknown_token_is_refused_even_with_a_session(client, erin):
    answer = client.get("/api/", headers={"Authorization": "Bearer foyer_nonsense"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_an_expired_token_is_refused(erin):
    _, secret = tokens.create(erin, "old", timezone.now() - timedelta(seconds=1))
    assert call(secret).status_code == 401


def test_the_token_of_a_deactivated_account_is_refused(erin):
    _, secret = tokens.create(erin, "script")
    erin.is_active = False
    erin.save()
    assert call(secret).status_code == 401


def test_a_token_opens_no_page(erin):
    _, secret = tokens.create(erin, "script")
    assert call(secret, "/").status_code == 302


def test_its_last_use_is_shown(client, erin):
    _, secret = tokens.create(erin, "script")
    assert "never used" in client.get(PAGE).content.decode()
    call(secret)
    assert "last used" in client.get(PAGE).content.decode()


def test_a_revoked_token_is_refused(client, erin):
    token, secret = tokens.create(erin, "script")
    client.post(f"{PAGE}{token.pk}/revoke/")
    assert call(secret).status_code == 401


def test_who_revokes_a_token_is_asked_first(client, erin):
    token, secret = tokens.create(erin, "script")
    assert f'href="{PAGE}{token.pk}/revoke/"' in client.get(PAGE).content.decode()
    question = client.get(f"{PAGE}{token.pk}/revoke/").content.decode()
    assert "Whatever uses “script” is refused from then on" in question
    assert call(secret).status_code == 200


def test_nobody_revokes_somebody_elses_token(client, erin):
    token, secret = tokens.create(person("bob"), "script")
    assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert call(secret).status_code == 200


def test_a_token_without_a_name_is_refused_with_the_reason(client, erin):
    answer = client.post(PAGE, {"name": "", "days": "90"})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()
