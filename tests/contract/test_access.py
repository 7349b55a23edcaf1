"""Who gets what answer from a plugin: denied by default, and one decision for pages, API, cards and navigation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from portal.testing import person, take_from_everyone

SignIn = Callable[..., Client]

READ = {
    "/healthy/": (302, 403, 200, 200),
    "/healthy/history/": (302, 403, 200, 200),
    "/healthy/later/": (302, 403, 200, 200),
    "/healthy/about/": (200, 200, 200, 200),
    "/healthy/no-such-page/": (404, 404, 404, 404),
    "/api/healthy/notes": (401, 403, 200, 200),
    "/api/healthy/openapi.json": (401, 403, 200, 200),
    "/api/healthy/manifest.json": (401, 403, 200, 200),
    "/api/healthy/no-such-call": (404, 404, 404, 404),
    "/cards/healthy/notes/": (302, 403, 200, 200),
    "/cards/healthy/open/": (302, 403, 200, 200),
    "/cards/healthy/no-such-card/": (302, 404, 404, 404),
}


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """A stranger, somebody with no permission, a holder of healthy.read, and a superuser."""
    take_from_everyone("healthy.read")
    return {
        "anonymous": None,
        "without": person("eve"),
        "holder": person("bob", "healthy.read"),
        "superuser": person("ann", admin=True),
    }


@pytest.mark.parametrize("url", READ)
def test_each_kind_of_person_gets_the_answer_due_to_them(client_of: SignIn, people: dict[str, Any], url: str) -> None:
    answers = {who: client_of(user).get(url).status_code for who, user in people.items()}
    assert answers == dict(zip(people, READ[url], strict=True))


@pytest.mark.parametrize(
    ("url", "expected"), [("/healthy/add/", (302, 403, 403, 302)), ("/api/healthy/notes", (401, 403, 403, 201))]
)
def test_writing_needs_the_permission_to_write(
    client_of: SignIn, people: dict[str, Any], url: str, expected: tuple[int, ...]
) -> None:
    kind = "application/json" if url.startswith("/api/") else "application/x-www-form-urlencoded"
    body = '{"text": "a"}' if url.startswith("/api/") else "text=a"
    answers = {who: client_of(user).post(url, body, content_type=kind).status_code for who, user in people.items()}
    assert answers == dict(zip(people, expected, strict=True))


def test_a_stranger_is_sent_to_sign_in_and_back(client_of: SignIn, people: dict[str, Any]) -> None:
    assert client_of(None).get("/healthy/").headers["Location"] == "/accounts/login/?next=/healthy/"


@pytest.mark.parametrize("who", ["without", "holder", "superuser"])
def test_navigation_and_home_show_what_the_routes_would_allow(
    client_of: SignIn, people: dict[str, Any], who: str
) -> None:
    home = client_of(people[who]).get("/").content.decode()
    allowed = who != "without"
    assert ('href="/healthy/"' in home) is allowed
    assert ('id="card-healthy.notes"' in home) is allowed


def test_the_api_index_lists_only_what_one_may_call(client_of: SignIn, people: dict[str, Any]) -> None:
    def plugins(who: str) -> set[str]:
        return {entry["plugin"] for entry in client_of(people[who]).get("/api/").json()["plugins"]}

    assert "healthy" in plugins("holder")
    assert "healthy" in plugins("superuser")
    assert "healthy" not in plugins("without")
    assert client_of(None).get("/api/").status_code == 401


def test_a_permission_counts_through_a_group(client_of: SignIn, people: dict[str, Any], django_user_model: Any) -> None:
    from django.contrib.auth.models import Group

    readers = Group.objects.create(name="Readers")
    readers.permissions.add(Permission.objects.get(codename="healthy.read"))
    people["without"].groups.add(readers)
    assert client_of(people["without"]).get("/healthy/").status_code == 200


def test_a_permission_taken_away_counts_at_the_next_request(client_of: SignIn, people: dict[str, Any]) -> None:
    client = client_of(people["holder"])
    assert client.get("/healthy/").status_code == 200
    people["holder"].user_permissions.clear()
    assert client.get("/healthy/").status_code == 403


def test_an_account_that_was_deactivated_is_a_stranger(client_of: SignIn, people: dict[str, Any]) -> None:
    client = client_of(people["holder"])
    people["holder"].is_active = False
    people["holder"].save()
    assert client.get("/healthy/").status_code == 302
    assert client.get("/api/healthy/notes").status_code == 401


def test_a_card_with_an_argument_shows_only_what_its_user_may_see(client_of: SignIn, people: dict[str, Any]) -> None:
    from tests.plugins.healthy.models import Note

    note = Note.objects.create(text="mine", author=people["holder"])
    url = f"/cards/healthy/author/?argument={note.pk}"
    assert "Written by bob." in client_of(people["holder"]).get(url).content.decode()
    assert client_of(people["superuser"]).get(url).status_code == 404
    for argument in ("", "0", "x", f"{note.pk}%00"):
        assert client_of(people["holder"]).get(f"/cards/healthy/author/?argument={argument}").status_code == 404


def test_a_card_that_takes_no_argument_refuses_one(client_of: SignIn, people: dict[str, Any]) -> None:
    assert client_of(people["holder"]).get("/cards/healthy/open/?argument=1").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_card_is_only_ever_read(client_of: SignIn, people: dict[str, Any], method: str) -> None:
    assert getattr(client_of(people["holder"]), method)("/cards/healthy/open/").status_code == 405
