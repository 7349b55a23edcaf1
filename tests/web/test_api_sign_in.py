"""The session of whoever asks the API: kept for a moment, and never longer than it is good."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.services.snapshot import Snapshot
from portal.testing import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin(client: Client) -> User:
    """Somebody who is signed in and has just read."""
    user = person("erin", "todos.read")
    client.force_login(user)
    assert read(client) == 200
    return user


def read(client: Client) -> int:
    return int(client.get("/api/todos/todos").status_code)


def test_reads_in_a_row_look_the_session_up_once(client, erin, monkeypatch):
    monkeypatch.setattr(Snapshot, "seconds", 60.0)
    read(client)
    with CaptureQueriesContext(connection) as queries:
        read(client)
    assert not [one["sql"] for one in queries if "django_session" in one["sql"]]


def test_an_answer_to_a_session_varies_by_cookie(client, erin):
    assert "Cookie" in client.get("/api/todos/todos")["Vary"]


def test_who_signs_out_is_signed_out_at_once(client, erin):
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = cookie
    assert read(client) == 401


def test_who_is_switched_off_is_refused_at_once(client, erin):
    erin.is_active = False
    erin.save()
    assert read(client) == 401


def test_who_changes_the_password_is_signed_out_elsewhere(client, erin):
    erin.set_password("another one")
    erin.save()
    assert read(client) == 401


def test_a_session_that_another_process_ended_is_good_for_half_a_second_at_most(client, erin, monkeypatch):
    Session.objects.all()._raw_delete(using="default")
    assert read(client) == 200
    monkeypatch.setattr(Snapshot, "seconds", 0.0)
    assert read(client) == 401


def test_what_a_view_does_to_its_user_is_not_seen_by_the_next(client, erin):
    first = client.get("/api/todos/todos").wsgi_request.user
    first.username = "somebody-else"
    assert client.get("/api/todos/todos").wsgi_request.user.username == "erin"


def test_two_sessions_are_two_people(client, erin):
    other = Client()
    other.force_login(person("arthur", "todos.read"))
    assert read(other) == 200
    assert other.get("/api/todos/todos").wsgi_request.user.username == "arthur"
    assert client.get("/api/todos/todos").wsgi_request.user.username == "erin"


def test_a_session_that_does_not_exist_is_nobody(client):
    client.cookies["sessionid"] = "nonsense"
    assert read(client) == 401
