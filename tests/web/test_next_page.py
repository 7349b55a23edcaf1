"""Where a visitor may be sent after signing in."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from portal.web.next_page import safe_next

request = RequestFactory().get("/", SERVER_NAME="portal.example.com")

ELSEWHERE = [
    "https://evil.example", "http://evil.example/", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r/evil.example", "\t//evil.example", " //evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x",
    "/.//evil.example", "/..//evil.example", "/%09/../..//evil.example", "//evil.example\\@portal.example.com",
    "https://portal.example.com@evil.example", "https://portal.example.com.evil.example",
    "//portal.example.com:80@evil.example",
    "https://portal.example.com/ok", "portal.example.com", "evil", "", "?next=x", "#x", "//[::1", "/\x00/evil.example",
    "/\u2028/evil", "/" + "a" * 2001, "ftp://evil.example", "http:\\\\evil.example",
    "/\u00a0/evil", "\u3000//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_what_is_not_a_path_here_is_refused(target: str) -> None:
    assert safe_next(request, target) == ""


@pytest.mark.parametrize("target", ["/", "/todos/", "/catalog/?kind=API&tag=a//b", "/docs/%2F/x#part", "/ü/"])
def test_a_path_here_is_kept(target: str) -> None:
    assert safe_next(request, target) == target


@pytest.mark.parametrize("name", ["login/", "login/?next=/", "logout/", "sign-out/"])
def test_the_sign_in_pages_themselves_are_refused(name: str) -> None:
    assert safe_next(request, f"/accounts/{name}") == ""


@given(st.text(max_size=40) | st.text("/\\.:@?#%\t\n evil", max_size=20).map(lambda text: f"/{text}"))
@example("/\\/evil.example")
def test_a_browser_that_follows_it_stays_on_this_host(target: str) -> None:
    kept = safe_next(request, target)
    if not kept:
        return
    # Browsers drop tabs and newlines, and read a backslash as a slash.
    read = kept.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "").strip()
    assert urlsplit(urljoin("https://portal.example.com/a/b", read)).netloc == "portal.example.com"


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["query", "form"])
@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(where: str, target: str) -> None:
    get_user_model().objects.create_user("ada", password="pw")
    form = {"username": "ada", "password": "pw"}
    if where == "query":
        response = Client().post("/accounts/login/", form, query_params={"next": target})
    else:
        response = Client().post("/accounts/login/", form | {"next": target})
    assert response.status_code == 302
    assert response["Location"] == "/"


@pytest.mark.django_db
def test_signing_in_leads_to_the_page_that_asked_for_it() -> None:
    get_user_model().objects.create_user("ada", password="pw")
    client = Client()
    asked = client.get("/settings/theme/?a=1")
    assert asked["Location"] == "/accounts/login/?next=/settings/theme/%3Fa%3D1"
    page = client.get(asked["Location"]).content.decode()
    assert 'name="next" value="/settings/theme/?a=1"' in page
    response = client.post("/accounts/login/", {"username": "ada", "password": "pw", "next": "/settings/theme/?a=1"})
    assert response["Location"] == "/settings/theme/?a=1"


@pytest.mark.django_db
def test_who_is_signed_in_passes_the_sign_in_page_by() -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_user("ada"))
    assert client.get("/accounts/login/?next=/settings/theme/")["Location"] == "/settings/theme/"
    assert client.get("/accounts/login/?next=/accounts/login/")["Location"] == "/"
