"""The Content-Security-Policy of each kind of response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory

from portal.web.csp import ContentSecurityPolicyMiddleware


def policy(
    path: str = "/", response: HttpResponse | None = None, prepare: Callable[[Any], None] = lambda request: None
) -> str:
    def view(request: Any) -> HttpResponse:
        prepare(request)
        return HttpResponse("<p>") if response is None else response

    return str(ContentSecurityPolicyMiddleware(view)(RequestFactory().get(path))["Content-Security-Policy"])


def directives(text: str) -> dict[str, list[str]]:
    parts = [part.split() for part in text.split(";")]
    assert len({name for name, *_ in parts}) == len(parts)
    return {name: sources for name, *sources in parts}


def with_needs(**needs: tuple[str, ...]) -> Callable[[Any], None]:
    def prepare(request: Any) -> None:
        request.csp_needs = {name.replace("_", "-"): sources for name, sources in needs.items()}

    return prepare


def test_a_page_runs_the_bundle_and_nothing_else() -> None:
    bundle = staticfiles_storage.integrity("foyer/foyer.js")  # type: ignore[attr-defined]
    assert bundle.startswith("sha384-")
    assert directives(policy()) == {
        "default-src": ["'none'"],
        "script-src": [f"'{bundle}'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["htmx"],
    }


def test_the_policy_of_a_page_is_the_same_each_time() -> None:
    assert policy() == policy("/todos/")


def test_needs_of_request_and_response_widen_the_page() -> None:
    response = HttpResponse("<p>")
    response.csp_needs = {"img-src": ("https://b.example",)}  # type: ignore[attr-defined]
    found = directives(policy(response=response, prepare=with_needs(img_src=("https://a.example",), connect_src=())))
    assert found["img-src"] == ["'self'", "https://a.example", "https://b.example"]
    assert found["connect-src"] == ["'self'"]


def test_a_directive_that_is_closed_opens_for_the_hosts_alone() -> None:
    found = directives(
        policy(prepare=with_needs(frame_src=("https://grafana.example",), media_src=("https://v.example",)))
    )
    assert (found["frame-src"], found["media-src"]) == (["https://grafana.example"], ["https://v.example"])


def test_none_vanishes_when_a_host_is_added() -> None:
    found = directives(policy(prepare=with_needs(object_src=("https://a.example",))))
    assert found["object-src"] == ["https://a.example"]


def test_equal_needs_in_another_order_give_the_same_policy() -> None:
    one = policy(
        prepare=with_needs(img_src=("https://a.example", "https://b.example"), font_src=("https://c.example",))
    )
    two = policy(
        prepare=with_needs(font_src=("https://c.example",), img_src=("https://b.example", "https://a.example"))
    )
    assert one == two


def test_without_the_bundle_no_script_runs(settings: Any, tmp_path: Any) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "portal.web.static_files.HashedStorage"}}
    assert directives(policy())["script-src"] == ["'none'"]


def test_the_admin_has_a_policy_of_its_own() -> None:
    assert directives(policy("/admin/auth/user/", prepare=with_needs(img_src=("https://a.example",)))) == {
        "default-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }


@pytest.mark.parametrize(
    ("path", "response"),
    [
        ("/api/todos/items", HttpResponse("<p>")),
        ("/api/todos/items", HttpResponse(status=304)),
        ("/readyz", JsonResponse({})),
        ("/x", HttpResponse("{}", content_type="application/problem+json; charset=utf-8")),
    ],
)
def test_data_may_load_nothing(path: str, response: HttpResponse) -> None:
    assert policy(path, response) == "default-src 'none'; frame-ancestors 'none'"


def test_a_view_can_narrow_its_policy_and_not_widen_it() -> None:
    response = HttpResponse("<p>", headers={"Content-Security-Policy": "sandbox; script-src *"})
    ours, own = policy(response=response).split(", ")
    assert (ours, own) == (policy(), "sandbox; script-src *")


@pytest.mark.parametrize(("status", "has_policy"), [(200, True), (404, False), (500, False)])
def test_djangos_error_pages_for_development_are_left_alone(settings: Any, status: int, has_policy: bool) -> None:
    settings.DEBUG = True
    middleware = ContentSecurityPolicyMiddleware(lambda request: HttpResponse(status=status))
    assert ("Content-Security-Policy" in middleware(RequestFactory().get("/"))) is has_policy
