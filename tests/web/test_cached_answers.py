"""Answers of the API that are given again while what they were made from is the same."""

from __future__ import annotations

from itertools import count
from threading import Thread

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import HttpResponse, JsonResponse
from django.test import Client
from django.urls import path

from portal.api import Revision, cached
from portal.services.revisions import LONGEST_SECONDS
from portal.testing import person, plugin_disabled
from portal.web import cached_answers

numbers = Revision("tests.numbers")
worked_out = count(1)


def number(request):
    return JsonResponse({"number": next(worked_out), "path": request.get_full_path()})


def with_cookie(request):
    response = number(request)
    response.set_cookie("seen", "yes")
    return response


def with_session(request):
    request.session["seen"] = next(worked_out)
    return number(request)


def of_its_own(request):
    response = number(request)
    response["Vary"] = "Accept-Language"
    return response


def large(request):
    return HttpResponse(f"{next(worked_out)}".ljust(cached_answers.LARGEST_BYTES + 1))


def failing(request):
    return JsonResponse({"number": next(worked_out)}, status=404)


KEPT = {"number": number, "large": large, "failing": failing}
KEPT |= {"with-cookie": with_cookie, "with-session": with_session, "of-its-own": of_its_own}
urlpatterns = [
    *(path(f"api/tests/{name}", cached(numbers)(view)) for name, view in KEPT.items()),
    path("api/tests/never", number),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.test_cached_answers")]


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
    before = ask(client)
    after = ask(client, cache_control="no-cache")
    assert before != after == ask(client)


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


@pytest.mark.parametrize("name", ["large", "failing", "with-cookie", "with-session", "of-its-own"])
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
    assert {**first.headers, "X-Request-ID": ""} == {**again.headers, "X-Request-ID": ""}


def test_each_answer_has_a_request_id_of_its_own(client, bob):
    assert client.get("/api/tests/number")["X-Request-ID"] != client.get("/api/tests/number")["X-Request-ID"]


def test_the_oldest_answers_make_room(client, bob, monkeypatch):
    monkeypatch.setattr(cached_answers, "MOST_BYTES", 3 * cached_answers.BYTES_BESIDE)
    first, second, third = (ask(client, f"number?{one}") for one in "abc")
    assert ask(client, "number?c") == third
    assert ask(client, "number?b") == second
    assert ask(client, "number?a") != first


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
