"""Which other origins may read the API from a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config import cors

APP = "https://app.example.com"
STRANGERS = [
    "null", "https://evil.example", "http://app.example.com", "https://app.example.com.evil.example",
    "https://app.example.com:444", "https://app.example.com@evil.example", "https://evilapp.example.com",
    "https://sub.app.example.com", "https://app.example.com/", "https://app.example.com evil", "*", "",
    "https://app.example.co", "https://app_example.com", "https://app.example.com%00.evil.example", "file://",
    "https://app.example.com\\.evil.example", "chrome-extension://x", "https://user@app.example.com", "https://127.0.0.1",
    "https://app.example.com#x", "data:",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _allowed(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGIN_REGEXES = cors.patterns([APP])


@pytest.mark.django_db
def test_a_configured_origin_may_read_the_api_without_cookies() -> None:
    response = Client().get("/api/none/", headers={"Origin": APP})
    assert response["Access-Control-Allow-Origin"] == APP
    assert "Access-Control-Allow-Credentials" not in response
    assert "origin" in response["Vary"].lower()


@pytest.mark.django_db
@pytest.mark.parametrize("origin", STRANGERS)
def test_any_other_origin_may_not(origin: str) -> None:
    response = Client().get("/api/none/", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in response


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/admin/login/", "/healthz"])
def test_pages_are_for_no_other_origin(path: str) -> None:
    assert "Access-Control-Allow-Origin" not in Client().get(path, headers={"Origin": APP})


def test_a_preflight_is_answered_for_a_configured_origin_only() -> None:
    asking = {"Access-Control-Request-Method": "POST"}
    assert Client().options("/api/none/", headers=asking | {"Origin": APP})["Access-Control-Allow-Origin"] == APP
    stranger = Client().options("/api/none/", headers=asking | {"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger


@pytest.mark.parametrize(
    "origin",
    ["https://app.example.com", "https://app.example.com:8443", "http://localhost:3000", "http://127.0.0.1", "http://[::1]:5"],
)  # fmt: skip
def test_an_origin_that_is_exact_is_taken(origin: str) -> None:
    (pattern,) = cors.patterns([origin])
    assert re.match(pattern, origin)
    assert not re.match(pattern, f"{origin}0")


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "https://*.example.com", "http://app.example.com", "app.example.com", "https://app.example.com/",
     "https://app.example.com/path", "https://APP.example.com", "https://user@app.example.com", "https://[::1",
     "https://app.example.com:99999", "https://", "ftp://app.example.com", "https://app.example.com?x", "file://"],
)  # fmt: skip
def test_an_origin_that_is_not_stops_the_start_by_name(origin: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FOYER_CORS_ORIGINS"):
        cors.patterns([origin])
