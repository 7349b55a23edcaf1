from __future__ import annotations

import logging
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from portal.services.request_id import RequestIdFilter, current


def test_every_answer_has_an_id_of_its_own() -> None:
    first, second = Client().get("/healthz")["X-Request-ID"], Client().get("/healthz")["X-Request-ID"]
    assert len(first) == 16
    assert first != second


def test_the_id_of_a_trusted_proxy_is_kept(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert Client().get("/healthz", headers={"X-Request-ID": "edge-4711.a_b"})["X-Request-ID"] == "edge-4711.a_b"


def test_the_id_of_a_stranger_is_replaced() -> None:
    assert Client().get("/healthz", headers={"X-Request-ID": "edge-4711"})["X-Request-ID"] != "edge-4711"


@pytest.mark.parametrize("given", ["short", "x" * 65, "<script>alert(1)", "a b c d e f", "ünicode-id", "-leading"])
def test_an_id_that_is_not_well_formed_is_replaced(settings: Any, given: str) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert Client().get("/healthz", HTTP_X_REQUEST_ID=given)["X-Request-ID"] != given


@pytest.mark.django_db
def test_the_log_record_of_a_failed_request_carries_its_id(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(RequestIdFilter())
    response = Client().get("/no-such-page/")
    record = next(record for record in caplog.records if record.name == "django.request")
    assert record.request_id == response["X-Request-ID"]  # type: ignore[attr-defined]


def test_a_record_outside_a_request_says_so() -> None:
    record = logging.makeLogRecord({})
    RequestIdFilter().filter(record)
    assert record.request_id == "-"  # type: ignore[attr-defined]
    assert current() == ""
