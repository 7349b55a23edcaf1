"""The API of a plugin: problem details, CSRF for sessions, and an OpenAPI document of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from ninja import NinjaAPI
from ninja.operation import PathView

from portal.loading.methods import with_methods
from portal.loading.openapi import problem
from tests.plugins.healthy.models import Note

SignIn = Callable[..., Client]


def assert_is_problem(response: Any, status: int) -> dict[str, Any]:
    """RFC 9457, section 3.1: the members of a problem, and its media type."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    return body


def test_without_a_session_the_answer_is_401(client_of: SignIn, db: None) -> None:
    assert_is_problem(client_of(None).get("/api/healthy/notes"), 401)
    assert_is_problem(client_of(None).get("/api/healthy/manifest.json"), 401)


def test_without_the_permission_the_answer_is_403_and_names_it(client_of: SignIn, bob: Any) -> None:
    response = client_of(bob).post("/api/healthy/notes", {"text": "a"}, content_type="application/json")
    assert "healthy.write" in assert_is_problem(response, 403)["detail"]


def test_what_does_not_exist_is_404(client_of: SignIn, bob: Any) -> None:
    for url in ("/api/healthy/notes/999", "/api/healthy/nothing", "/api/nothing/", "/api/nothing/manifest.json"):
        assert_is_problem(client_of(bob).get(url), 404)


@pytest.mark.parametrize(
    "body", ["{}", '{"text": ""}', '{"text": 1}', '{"text": null}', "[]", '{"text": "%s"}' % ("x" * 201)]
)
def test_what_does_not_match_the_schema_is_422_and_says_where(client_of: SignIn, wendy: Any, body: str) -> None:
    response = client_of(wendy).post("/api/healthy/notes", body, content_type="application/json")
    errors = assert_is_problem(response, 422)["errors"]
    assert errors
    assert all(set(error) == {"location", "message"} for error in errors)


@pytest.mark.parametrize("body", ["{", "\x00", '{"text": "\\ud800"}', "[" * 5000])
def test_what_is_not_json_is_refused(client_of: SignIn, wendy: Any, body: str) -> None:
    response = client_of(wendy).post("/api/healthy/notes", body, content_type="application/json")
    assert response.status_code in (400, 422)
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_method_that_is_not_offered_is_405_and_says_which_are(client_of: SignIn, wendy: Any) -> None:
    response = client_of(wendy).delete("/api/healthy/notes")
    assert assert_is_problem(response, 405)["detail"] == "DELETE is not offered here. Use GET or HEAD or POST."
    assert response.headers["Allow"] == "GET, HEAD, POST"


def test_head_is_answered_as_get_without_a_body(client_of: SignIn, bob: Any, wendy: Any) -> None:
    Note.objects.create(text="a", author=wendy)
    asked, whole = client_of(bob).head("/api/healthy/notes"), client_of(bob).get("/api/healthy/notes")
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["Content-Length"] == whole.headers["Content-Length"]
    assert client_of(bob).head("/api/healthy/notes/999").status_code == 404
    assert client_of(None).head("/api/healthy/notes").status_code == 401


def test_an_operation_that_is_asynchronous_answers_head_too() -> None:
    view = PathView()

    async def operation(request: HttpRequest) -> HttpResponse:
        return HttpResponse("a")

    view.add_operation("/", ["GET"], operation).api = NinjaAPI()
    call = with_methods(view.get_view(), problem)
    assert call(RequestFactory().head("/")).status_code == 200
    assert call(RequestFactory().put("/")).headers["Allow"] == "GET, HEAD"


def test_a_session_needs_the_csrf_token_to_write(client_of: SignIn, wendy: Any) -> None:
    client = client_of(wendy, enforce_csrf_checks=True)
    response = client.post("/api/healthy/notes", {"text": "a"}, content_type="application/json")
    assert_is_problem(response, 403)
    assert Note.objects.count() == 0


def test_a_session_with_the_csrf_token_writes(client_of: SignIn, wendy: Any) -> None:
    client = client_of(wendy, enforce_csrf_checks=True)
    client.get("/")
    token = client.cookies["csrftoken"].value
    response = client.post(
        "/api/healthy/notes", {"text": "a"}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert response.status_code == 201
    assert response.json()["text"] == "a"
    assert Note.objects.get().author == wendy


def test_each_plugin_has_an_openapi_document_of_its_own(client_of: SignIn, bob: Any) -> None:
    document = client_of(bob).get("/api/healthy/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["info"] == {
        "title": "Healthy",
        "version": "1.2.0",
        "description": "Keeps notes, and uses every part of the contract as it is meant.",
    }
    assert set(document["paths"]) == {"/api/healthy/notes", "/api/healthy/notes/{pk}"}
    assert "NoteOut" in document["components"]["schemas"]


def test_every_operation_in_the_document_answers_at_its_path(client_of: SignIn, wendy: Any) -> None:
    document = client_of(wendy).get("/api/healthy/openapi.json").json()
    note = Note.objects.create(text="a", author=wendy)
    for path, operations in document["paths"].items():
        for method in operations:
            url = path.replace("{pk}", str(note.pk))
            options = {"data": '{"text": "b"}', "content_type": "application/json"} if method == "post" else {}
            assert getattr(client_of(wendy), method)(url, **options).status_code in (200, 201)


def test_operation_ids_are_unique_and_references_resolve(client_of: SignIn, bob: Any) -> None:
    document = client_of(bob).get("/api/healthy/openapi.json").json()
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(ids)) == len(ids) == 3
    for reference in _references(document):
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for one in value.values() for found in _references(one)]
    if isinstance(value, list):
        return [found for one in value for found in _references(one)]
    return []
