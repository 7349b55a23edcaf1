"""What the log says, and what it must not."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

from config.logging import JsonFormatter, logging_config

pytestmark = pytest.mark.one_database


def line(message: str, *arguments: object, secrets: tuple[str, ...] = (), **attributes: Any) -> dict[str, Any]:
    record = logging.makeLogRecord(
        {"name": "portal.test", "levelname": "WARNING", "msg": message, "args": arguments, **attributes}
    )
    text = JsonFormatter(secrets).format(record)
    assert "\n" not in text
    return json.loads(text)  # type: ignore[no-any-return]


def test_a_record_is_one_line_of_json_whatever_it_holds() -> None:
    entry = line("name %s", 'a\n"b"\x1b[31m\u202e', request_id="abc")
    assert entry["message"] == 'name a\n"b"\x1b[31m\u202e'
    assert (entry["level"], entry["logger"], entry["request_id"]) == ("warning", "portal.test", "abc")
    assert entry["time"].endswith("+00:00")


def test_an_exception_comes_with_its_traceback() -> None:
    try:
        raise ValueError("why")
    except ValueError as error:
        entry = line("failed", exc_info=(type(error), error, error.__traceback__))
    assert "ValueError: why" in entry["exception"]


@pytest.mark.parametrize("name", ["password", "client_secret", "access_token", "Authorization", "cookie", "API_KEY"])
def test_a_value_named_like_a_secret_is_left_out(name: str) -> None:
    assert line("x", **{name: "hunter2hunter2"})[name] == "[removed]"


def test_known_secrets_are_taken_out_wherever_they_stand() -> None:
    secret = 'p"ss/wörd-of-the-database'
    entry = line("could not connect with %s", secret, secrets=(secret,), detail=f"({secret})")
    assert entry["message"] == "could not connect with [removed]"
    assert entry["detail"] == "([removed])"


def test_a_short_secret_does_not_eat_ordinary_words() -> None:
    assert line("the portal", secrets=("the",))["message"] == "the portal"


def test_objects_are_not_written_out() -> None:
    assert "request" not in line("x", request=object())


@pytest.mark.parametrize("production", [True, False])
def test_the_configuration_is_valid(production: bool) -> None:
    config = logging_config(production=production, secrets=("a-long-secret",))
    logging.config.DictConfigurator(config)
    assert config["handlers"]["stderr"]["formatter"] == ("json" if production else "readable")


FAIL = """
import django, logging
django.setup()
logging.getLogger("portal.x").error("key is %s", django.conf.settings.SECRET_KEY)
from django.test import Client
Client().get("/api/none/", HTTP_HOST="portal.example.com", HTTP_X_FORWARDED_PROTO="https")
"""


def test_production_writes_json_with_request_ids_and_without_its_key(
    run: Callable[..., CompletedProcess[str]], environment: dict[str, str]
) -> None:
    result = run("-W", "ignore", "-c", FAIL, DJANGO_SETTINGS_MODULE="config.settings")
    assert result.returncode == 0, result.stderr
    entries = [json.loads(text) for text in result.stderr.splitlines()]
    assert environment["FOYER_SECRET_KEY"] not in result.stderr
    assert entries[0]["message"] == "key is [removed]"
    missing = next(entry for entry in entries if entry["logger"] == "django.request")
    assert len(missing["request_id"]) == 16
