"""What people and programs see when a request fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from portal.web import errors

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


from config.urls import handler400, handler403, handler404, handler500  # noqa: E402, F401
from config.urls import urlpatterns as host_patterns  # noqa: E402

FAILURES = {
    "bad": SuspiciousOperation("secret reason"),
    "denied": PermissionDenied("This needs the permission todos.write."),
    "missing": Http404("secret reason"),
    "broken": RuntimeError("secret reason"),
}
urlpatterns = [
    *(path(f"fail/{name}/", raising(error)) for name, error in FAILURES.items()),
    *(path(f"api/fail/{name}/", raising(error)) for name, error in FAILURES.items()),
    *host_patterns,
]


@pytest.fixture
def client(settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


STATUSES = {"bad": 400, "denied": 403, "missing": 404, "broken": 500}


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_person_gets_a_page_in_the_design_with_the_request_id(client: Client, name: str, status: int) -> None:
    response = client.get(f"/fail/{name}/")
    page = response.content.decode()
    assert response.status_code == status
    assert page.count("<h1") == 1
    assert "foyer/foyer" in page
    assert response["X-Request-ID"] in page
    assert "secret reason" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_htmx_gets_a_fragment_with_the_request_id(client: Client, name: str, status: int) -> None:
    response = client.get(f"/fail/{name}/", headers=HTMX)
    assert response.status_code == status
    assert "<html" not in response.content.decode()
    assert response["X-Request-ID"] in response.content.decode()


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_program_gets_problem_details_with_the_request_id(client: Client, name: str, status: int) -> None:
    response = client.get(f"/api/fail/{name}/")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["request_id"] == response["X-Request-ID"]
    assert body["title"]
    assert "secret reason" not in response.content.decode()


def test_a_request_that_is_too_large_says_how_large_it_may_be(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000
    client = Client(raise_request_exception=False)
    client.force_login(get_user_model().objects.create_superuser("ada"))
    for url, content_type in (
        ("/api/healthy/notes", "application/json"),
        ("/settings/theme/", "application/x-www-form-urlencoded"),
    ):
        response = client.post(url, '{"text": "%s"}' % ("x" * 3_000), content_type=content_type)
        assert response.status_code == 413, url
        assert "2,000 bytes at most" in response.content.decode()


def test_a_denial_gives_its_reason(client: Client) -> None:
    assert "This needs the permission todos.write." in client.get("/fail/denied/").content.decode()
    assert client.get("/api/fail/denied/").json()["detail"] == "This needs the permission todos.write."


def test_a_missing_page_inside_the_portal_keeps_the_navigation(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("ada"))
    assert 'href="/accounts/sign-out/"' in client.get("/fail/missing/").content.decode()


def test_a_failure_is_shown_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(get_user_model().objects.create_user("ada"))

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    response = client.get("/settings/theme/")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert "The portal could not answer" in response.content.decode()


@pytest.mark.parametrize("status", [404, 500])
def test_a_failure_is_shown_without_templates(settings: Any, status: int, caplog: pytest.LogCaptureFixture) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "OPTIONS": {}}]
    request = RequestFactory().get("/")
    request.request_id = "0123456789abcdef"  # type: ignore[attr-defined]
    with caplog.at_level(logging.CRITICAL):
        response = errors.error_response(request, status, "A <title>", "An explanation.")
    page = response.content.decode()
    assert response.status_code == status
    assert "A &lt;title&gt;" in page
    assert "0123456789abcdef" in page


def test_a_host_nobody_allowed_is_refused(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_a_form_without_its_token_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_user("ada"))
    response = client.post("/settings/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "Reload it and send it again." in response.content.decode()
