from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from portal.web.headers import SecurityHeadersMiddleware


def test_every_answer_is_isolated_and_says_what_it_may_use() -> None:
    response = Client().get("/healthz")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Embedder-Policy"] == "credentialless"
    assert response["Integrity-Policy"] == "blocked-destinations=(script)"
    assert response["X-Frame-Options"] == "DENY"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/no-such-page/", "/api/none/", "/admin/login/"])
def test_failures_and_sign_in_carry_the_same_headers(path: str) -> None:
    response = Client().get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Content-Security-Policy" in response


def answered(response: HttpResponse, path: str = "/") -> HttpResponse:
    return SecurityHeadersMiddleware(lambda request: response)(RequestFactory().get(path))


def test_a_page_without_a_cache_rule_is_private_and_asked_for_again() -> None:
    assert answered(HttpResponse())["Cache-Control"] == "private, no-cache"


def test_a_cache_rule_of_a_view_stays() -> None:
    response = HttpResponse(headers={"Cache-Control": "no-store"})
    assert answered(response)["Cache-Control"] == "no-store"


def test_a_page_that_frames_a_tool_does_not_demand_the_embedder_policy_of_it() -> None:
    response = HttpResponse(headers={"Content-Security-Policy": "frame-src https://graphs.example.com"})
    assert "Cross-Origin-Embedder-Policy" not in answered(response)


def test_the_admin_may_load_its_scripts_without_integrity() -> None:
    assert "Integrity-Policy" not in answered(HttpResponse(), "/admin/")


@pytest.mark.parametrize("content_type", ["text/css", 'text/javascript; charset="utf-8"', "image/svg+xml"])
def test_a_part_of_a_page_does_not_carry_what_only_documents_obey(content_type: str) -> None:
    response = answered(HttpResponse(content_type=content_type))
    assert not {"Permissions-Policy", "Cross-Origin-Embedder-Policy", "Integrity-Policy"} & {*response.headers}


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/pdf"])
def test_a_document_may_use_no_feature(content_type: str) -> None:
    assert "camera=()" in answered(HttpResponse(content_type=content_type))["Permissions-Policy"]
