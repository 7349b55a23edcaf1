"""How often one client may call the API and try to sign in."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import django_ratelimit.core
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client, RequestFactory

from portal.web import known_browser
from portal.web.ratelimit import RateLimitMiddleware

API = "/api/none/"
WRONG = "wrong"
SIGN_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Keep the window from turning in the middle of a test; ``clock.now`` turns it."""
    clock = SimpleNamespace(now=1_800_000_000)
    monkeypatch.setattr(django_ratelimit.core, "time", SimpleNamespace(time=lambda: clock.now))
    return clock


def statuses(count: int, address: str = "203.0.113.1", **extra: Any) -> list[int]:
    client = Client(REMOTE_ADDR=address)
    return [client.get(API, **extra).status_code for _ in range(count)]


@pytest.mark.django_db
def test_the_hundredth_call_in_a_minute_passes_and_the_next_does_not() -> None:
    assert statuses(102) == [404] * 100 + [429] * 2


@pytest.mark.django_db
def test_a_refusal_says_how_long_to_wait() -> None:
    statuses(100)
    response = Client(REMOTE_ADDR="203.0.113.1").get(API)
    assert response["Content-Type"] == "application/problem+json"
    assert 1 <= int(response["Retry-After"]) <= 60
    body = response.json()
    assert (body["status"], body["title"], body["request_id"]) == (429, "Too Many Requests", response["X-Request-ID"])
    assert f"Try again in {response['Retry-After']} second" in body["detail"]


@pytest.mark.django_db
def test_the_next_minute_begins_anew(_stopped_clock: SimpleNamespace) -> None:
    statuses(101)
    _stopped_clock.now += 61
    assert statuses(1) == [404]


def test_exactly_a_hundred_of_many_simultaneous_calls_pass() -> None:
    middleware = RateLimitMiddleware(lambda request: HttpResponse())
    together = threading.Barrier(16)

    def call(number: int) -> int:
        if number < 16:
            together.wait()
        return middleware(RequestFactory().get(API, REMOTE_ADDR="203.0.113.1")).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(call, range(400)))
    assert answers.count(200) == 100
    assert answers.count(429) == 300


@pytest.mark.django_db
def test_another_address_has_a_limit_of_its_own() -> None:
    statuses(101)
    assert statuses(1, "203.0.113.2") == [404]


@pytest.mark.django_db
def test_an_ipv6_client_is_its_network() -> None:
    client = Client()
    for number in range(100):
        client.get(API, REMOTE_ADDR=f"2001:db8:0:1::{number:x}")
    assert statuses(1, "2001:db8:0:1::ffff") == [429]
    assert statuses(1, "2001:db8:0:2::1") == [404]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP",
     "X-Cluster-Client-IP", "X-Originating-IP", "X_Forwarded_For"],
)  # fmt: skip
def test_a_header_that_anybody_can_send_does_not_change_who_is_counted(header: str) -> None:
    client = Client(REMOTE_ADDR="203.0.113.1")
    for number in range(100):
        client.get(API, headers={header: f"198.51.100.{number}"})
    assert client.get(API, headers={header: "198.51.100.200"}).status_code == 429


@pytest.mark.django_db
def test_behind_a_trusted_proxy_each_client_is_counted(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.5")]
    assert statuses(101, "10.0.0.5", headers={"X-Forwarded-For": "198.51.100.1"})[-1] == 429
    assert statuses(1, "10.0.0.5", headers={"X-Forwarded-For": "198.51.100.2"}) == [404]


@pytest.mark.django_db
def test_the_limit_is_configured_and_nought_lifts_it(settings: Any) -> None:
    settings.API_RATE = 2
    assert statuses(3) == [404, 404, 429]
    settings.API_RATE = 0
    assert statuses(3) == [404, 404, 404]


def attempt(client: Client, username: str = "ada", password: str = WRONG, address: str = "203.0.113.1") -> int:
    return client.post(SIGN_IN, {"username": username, "password": password}, REMOTE_ADDR=address).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("path", [SIGN_IN, "/admin/login/"])
def test_the_eleventh_attempt_to_sign_in_from_one_address_is_refused(path: str) -> None:
    client = Client(REMOTE_ADDR="203.0.113.1")
    answers = [client.post(path, {"username": f"user{n}", "password": "x"}) for n in range(11)]
    assert 429 not in [answer.status_code for answer in answers[:10]]
    assert answers[10].status_code == 429
    assert int(answers[10]["Retry-After"]) >= 1
    assert "Too many requests" in answers[10].content.decode()


@pytest.mark.django_db
def test_guessing_at_one_account_from_many_addresses_is_refused() -> None:
    answers = [attempt(Client(), address=f"203.0.113.{number}") for number in range(11)]
    assert answers == [200] * 10 + [429]


@pytest.mark.django_db
def test_an_account_that_does_not_exist_is_treated_the_same() -> None:
    get_user_model().objects.create_user("ada", password="a long password")
    existing = [attempt(Client(), "ada", address=f"203.0.113.{number}") for number in range(12)]
    missing = [attempt(Client(), "nobody", address=f"203.0.114.{number}") for number in range(12)]
    assert existing == missing


@pytest.mark.django_db
def test_an_attack_does_not_lock_out_the_owner_on_a_known_browser() -> None:
    get_user_model().objects.create_user("ada", password="a long password")
    owner = Client()
    assert attempt(owner, password="a long password", address="198.51.100.7") == 302
    owner.post("/accounts/logout/")
    for number in range(50):
        attempt(Client(), address=f"203.0.113.{number}")
    assert attempt(Client(), password="a long password", address="203.0.113.99") == 429
    assert attempt(owner, password="a long password", address="198.51.100.7") == 302


@pytest.mark.django_db
def test_a_known_browser_may_not_guess_without_limit_either() -> None:
    get_user_model().objects.create_user("ada", password="a long password")
    owner = Client()
    attempt(owner, password="a long password", address="198.51.100.7")
    answers = [attempt(owner, address=f"203.0.113.{number}") for number in range(11)]
    assert answers == [200] * 10 + [429]


@pytest.mark.django_db
def test_signed_in_as_one_account_nobody_becomes_known_for_another() -> None:
    get_user_model().objects.create_user("mallory", password="a long password")
    get_user_model().objects.create_user("ada", password="another password")
    attacker = Client()
    attempt(attacker, "mallory", "a long password")
    before = attacker.cookies[known_browser.cookie_name()].value
    attempt(attacker, "ada", "wrong")
    assert attacker.cookies[known_browser.cookie_name()].value == before
    request = RequestFactory().get("/")
    request.COOKIES[known_browser.cookie_name()] = before
    assert known_browser.is_known(request, "mallory")
    assert not known_browser.is_known(request, "ada")


@pytest.mark.parametrize("cookie", ["", ".", "x", "nonce.", ".signature", "nonce.signature", "a.b.c", "ü.ü"])
def test_a_made_up_cookie_is_of_no_known_browser(cookie: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[known_browser.cookie_name()] = cookie
    assert not known_browser.is_known(request, "ada")


@pytest.mark.django_db
def test_looking_at_the_sign_in_page_is_not_limited() -> None:
    client = Client()
    assert {client.get(SIGN_IN).status_code for _ in range(30)} == {200}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


SHARED = "portal.services.shared_cache.SharedCache"


@pytest.mark.django_db
def test_without_redis_each_process_goes_on_to_count_for_itself(settings: Any) -> None:
    address = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = settings.CACHES | {"counters": {"BACKEND": SHARED, "LOCATION": address}}
    assert statuses(101) == [404] * 100 + [429]
    assert [attempt(Client(), f"user{number}") for number in range(11)] == [200] * 10 + [429]
    assert caches["counters"].is_down()  # type: ignore[attr-defined]
