"""Answers of the API that are given again while what they were made from is the same."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import count
from threading import Thread

import pytest
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.http import HttpResponse, JsonResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from portal.api import Revision, cached
from portal.services import tokens
from portal.services.revisions import LONGEST_SECONDS
from portal.services.snapshot import Snapshot
from portal.testing import person, plugin_disabled
from portal.web import cached_answers

numbers = Revision("tests.numbers")
worked_out = count(1)


@csrf_exempt
def number(request):
    return JsonResponse({"number": next(worked_out), "path": request.get_full_path()})


def with_cookie(request):
    response = number(request)
    response.set_cookie("seen", "yes")
    return response


def with_session(request):
    request.session["seen"] = next(worked_out)
    return number(request)


def in_many_languages(request):
    response = number(request)
    response["Vary"] = "Accept-Language"
    return response


def large(request):
    return HttpResponse(f"{next(worked_out)}".ljust(cached_answers.LARGEST_BYTES + 1))


def failing(request):
    return JsonResponse({"number": next(worked_out)}, status=404)


KEPT = {"number": number, "large": large, "failing": failing}
KEPT |= {"with-cookie": with_cookie, "with-session": with_session, "in-many-languages": in_many_languages}
urlpatterns = [
    *(path(f"api/tests/{name}", cached(numbers)(view)) for name, view in KEPT.items()),
    path("api/tests/never", number),
]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.web.test_cached_answers")]


class Process:
    """The WSGI application of a process that serves, as the handler of test clients."""

    def __init__(self) -> None:
        self._application = cached_answers.AnswerCache(WSGIHandler())

    def __call__(self, environ):
        begun = []
        # As with Django's own handler for tests, the connection is left in the transaction of the test.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            body = self._application(environ, lambda *arguments: begun.extend(arguments))
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
        response = HttpResponse(b"".join(body), status=int(begun[0].split()[0]))
        for name, value in begun[1]:
            if name == "Set-Cookie":
                response.cookies.load(value)
            else:
                response[name] = value
        response.wsgi_request = WSGIRequest(environ)
        return response


@pytest.fixture
def client() -> Client:
    client = Client()
    client.handler = Process()
    return client


@pytest.fixture
def bob(client: Client):
    user = person("bob")
    client.force_login(user)
    return user


def ask(client: Client, name: str = "number", **headers: str) -> bytes:
    return client.get(f"/api/tests/{name}", headers=headers).content


def test_an_answer_is_given_again_while_nothing_has_changed(client, bob):
    assert ask(client) == ask(client)


def test_an_answer_is_worked_out_anew_after_a_change(client, bob):
    before = ask(client)
    numbers.advance()
    assert ask(client) != before


def test_what_is_not_marked_is_worked_out_each_time(client, bob):
    assert ask(client, "never") != ask(client, "never")


def test_who_asks_for_a_new_answer_gets_one(client, bob):
    assert ask(client) != ask(client, cache_control="no-cache")


def test_an_answer_is_given_again_after_the_process_had_a_rest(client, bob):
    before = ask(client)
    Snapshot.forget_all()
    assert ask(client) == before


def test_an_answer_that_is_given_again_asks_the_database_nothing(client, bob, django_assert_num_queries):
    ask(client)
    with django_assert_num_queries(0):
        ask(client)


def test_an_answer_is_for_one_address(client, bob):
    assert ask(client, "number?a=1") != ask(client, "number?a=2")


def test_an_answer_is_for_one_person(client, bob):
    ann = Client()
    ann.handler = client.handler
    ann.force_login(person("ann"))
    assert ask(client) != ask(ann)


def test_somebody_else_at_the_same_browser_gets_another_answer(client, bob):
    before = ask(client)
    client.force_login(person("ann"))
    assert ask(client) != before


def test_nobody_gets_what_was_kept_for_somebody(client, bob):
    before = ask(client)
    client.logout()
    assert ask(client) != before != ask(client)


def test_other_permissions_mean_another_answer(client, bob):
    before = ask(client)
    bob.groups.add(Group.objects.create(name="auditors"))
    assert ask(client) != before


def test_a_plugin_that_is_switched_means_another_answer(client, bob):
    before = ask(client)
    with plugin_disabled("todos"):
        assert ask(client) != before


def test_a_new_superuser_gets_another_answer(client, bob):
    before = ask(client)
    bob.is_superuser = True
    bob.save()
    assert ask(client) != before


def test_an_answer_grows_old(client, bob, monkeypatch):
    before = ask(client)
    now = cached_answers.time.monotonic()
    monkeypatch.setattr(cached_answers.time, "monotonic", lambda: now + LONGEST_SECONDS + 1)
    assert ask(client) != before


@pytest.mark.parametrize("name", ["large", "failing", "with-cookie", "with-session", "in-many-languages"])
def test_what_must_not_be_given_again_is_not(client, bob, name):
    assert ask(client, name) != ask(client, name)


def test_a_write_is_never_answered_from_what_was_kept(client, bob):
    before = ask(client)
    assert client.post("/api/tests/number").content != before


def test_an_answer_that_the_client_has_is_not_sent_again(client, bob):
    first = client.get("/api/tests/number")
    again = client.get("/api/tests/number", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_answer_given_again_has_the_headers_of_the_first(client, bob):
    first, again = client.get("/api/tests/number"), client.get("/api/tests/number")
    Snapshot.forget_all()
    after_a_rest = client.get("/api/tests/number")
    assert first.content == again.content == after_a_rest.content
    expected = {**first.headers, "X-Request-ID": ""}
    assert {**again.headers, "X-Request-ID": ""} == expected == {**after_a_rest.headers, "X-Request-ID": ""}


def test_the_word_that_nothing_has_changed_is_given_again(client, bob):
    etag = client.get("/api/tests/number")["ETag"]
    first, again = (client.get("/api/tests/number", headers={"if-none-match": etag}) for _ in range(2))
    assert first.status_code == again.status_code == 304
    numbers.advance()
    assert client.get("/api/tests/number", headers={"if-none-match": etag}).status_code == 200


def test_an_answer_ends_with_the_token_it_was_given_for(client):
    token, secret = tokens.create(person("bob"), "script")
    before = ask(client, authorization=f"Bearer {secret}")
    assert ask(client, authorization=f"Bearer {secret}") == before
    token.delete()
    assert client.get("/api/tests/number", headers={"authorization": f"Bearer {secret}"}).status_code == 401


def test_an_answer_ends_with_the_account_it_was_given_to(client, bob):
    before = ask(client)
    bob.is_active = False
    bob.save()
    assert ask(client) != before


@pytest.mark.parametrize("rest", [False, True])
def test_answers_that_are_given_again_count_for_the_limit(client, bob, settings, rest):
    settings.API_RATE = 3
    statuses = []
    for _ in range(5):
        statuses.append(client.get("/api/tests/number").status_code)
        if rest:
            Snapshot.forget_all()
    assert statuses == [200, 200, 200, 429, 429]


def test_answers_that_are_given_again_count_for_the_limit_of_their_client_only(client, bob, settings):
    settings.API_RATE = 3
    for _ in range(3):
        ask(client)
    assert client.get("/api/tests/number", REMOTE_ADDR="203.0.113.9").status_code == 200
    assert client.get("/api/tests/never").status_code == 429


def test_an_answer_given_again_has_the_id_that_a_trusted_proxy_gave_the_request(client, bob, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.5")]
    for address, one, answered in (("10.0.0.5", "the-first-one", True), ("10.0.0.6", "the-second-one", False)):
        for identifier in (one, f"{one}-again"):
            response = client.get("/api/tests/number", headers={"x-request-id": identifier}, REMOTE_ADDR=address)
            assert (response["X-Request-ID"] == identifier) is answered


def test_clients_behind_a_proxy_are_told_apart(client, bob, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.5")]
    settings.API_RATE = 2
    for forwarded in ("203.0.113.1", "203.0.113.2"):
        statuses = [
            client.get("/api/tests/number", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="10.0.0.5").status_code
            for _ in range(3)
        ]
        assert statuses == [200, 200, 429]


def test_each_answer_has_a_request_id_of_its_own(client, bob):
    assert client.get("/api/tests/number")["X-Request-ID"] != client.get("/api/tests/number")["X-Request-ID"]


def test_the_oldest_answers_make_room(client, bob, monkeypatch):
    monkeypatch.setattr(cached_answers, "MOST_BYTES", 3 * cached_answers.BYTES_BESIDE)
    first, second, third = (ask(client, f"number?{one}") for one in "abc")
    assert ask(client, "number?c") == third
    assert ask(client, "number?b") == second
    assert ask(client, "number?a") != first


def test_what_an_answer_was_asked_with_takes_room_too(client, bob, monkeypatch):
    monkeypatch.setattr(cached_answers, "MOST_BYTES", 3 * cached_answers.BYTES_BESIDE)
    long = {"x-forwarded-for": "a" * 2 * cached_answers.BYTES_BESIDE}
    assert ask(client, "number?a", **long) != ask(client, "number?a", **long)
    assert ask(client, "number?b") == ask(client, "number?b")


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_is_nobody_elses_present():
    numbers.advance()
    before, seen = numbers.recent(), []

    def look() -> None:
        seen.append(numbers.recent())
        connection.close()

    with transaction.atomic():
        numbers.advance()
        assert numbers.recent() != before
        other = Thread(target=look)
        other.start()
        other.join()
    assert seen == [before]
    assert numbers.recent() == numbers.token() != before
