"""What production insists on before it starts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

pytestmark = pytest.mark.one_database
Run = Callable[..., CompletedProcess[str]]


def test_the_deployment_checks_pass_without_a_warning_and_without_silencing(run: Run) -> None:
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    assert "System check identified no issues (0 silenced)." in result.stdout


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"FOYER_SECRET_KEY": ""}, "FOYER_SECRET_KEY is not set. Make one with"),
        ({"FOYER_SECRET_KEY": "short"}, "FOYER_SECRET_KEY is too easy to guess"),
        ({"FOYER_SECRET_KEY": "a" * 60}, "FOYER_SECRET_KEY is too easy to guess"),
        ({"FOYER_SECRET_KEY": "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz0123"}, "made for development"),
        ({"FOYER_DEBUG": "1"}, "FOYER_DEBUG is on"),
        ({"FOYER_ALLOWED_HOSTS": ""}, "FOYER_ALLOWED_HOSTS is not set"),
        ({"FOYER_ALLOWED_HOSTS": "*"}, "FOYER_ALLOWED_HOSTS contains '*'"),
        ({"FOYER_TRUSTED_ORIGINS": "http://portal.example.com"}, "FOYER_TRUSTED_ORIGINS contains"),
        ({"FOYER_TRUSTED_PROXIES": ""}, "FOYER_TRUSTED_PROXIES is not set"),
        ({"FOYER_TRUSTED_PROXIES": "0.0.0.0/0"}, "that is everybody"),
        ({"FOYER_TRUSTED_PROXIES": "proxy"}, "such as 10.0.0.5"),
        ({"FOYER_OIDC_ISSUER": "http://idp", "FOYER_OIDC_CLIENT_ID": "x"}, "FOYER_OIDC_ISSUER is 'http://idp'"),
        ({"FOYER_OIDC_ISSUER": "https://idp"}, "Set the environment variable FOYER_OIDC_CLIENT_ID."),
        ({"FOYER_CORS_ORIGINS": "*"}, "FOYER_CORS_ORIGINS contains '*'"),
        ({"DATABASE_URL": "postgres://foyer@db/foyer"}, "DATABASE_URL has no password"),
        ({"FOYER_SECRET_KEY_FILE": "/no/such/file"}, "FOYER_SECRET_KEY_FILE points to /no/such/file"),
    ],
)
def test_an_unsafe_value_stops_the_start_and_says_which(run: Run, changes: dict[str, str], message: str) -> None:
    result = run("manage.py", "check", **changes)
    assert result.returncode != 0
    assert message in result.stderr


def test_all_problems_are_told_at_once(run: Run) -> None:
    result = run("manage.py", "check", FOYER_SECRET_KEY="", FOYER_ALLOWED_HOSTS="", FOYER_TRUSTED_PROXIES="")
    for name in ("FOYER_SECRET_KEY", "FOYER_ALLOWED_HOSTS", "FOYER_TRUSTED_PROXIES"):
        assert f"- {name} is not set" in result.stderr


def test_local_mode_needs_nothing(run: Run) -> None:
    result = run(
        "manage.py", "check", FOYER_MODE="", FOYER_SECRET_KEY="", FOYER_ALLOWED_HOSTS="", FOYER_TRUSTED_PROXIES=""
    )
    assert result.returncode == 0, result.stderr


DEMO = """
from portal.services.demo import create_accounts
create_accounts()
"""
GONE = """
from django.contrib.auth.models import User
User.objects.all().delete()
"""


def test_demo_accounts_stop_the_server_and_the_checks_until_they_are_gone(run: Run) -> None:
    assert run("manage.py", "migrate", "--verbosity", "0").returncode == 0
    assert run("manage.py", "shell", "--no-imports", "--command", DEMO).returncode == 0
    refused = run("-c", "import config.wsgi")
    assert refused.returncode != 0
    assert "while demo accounts exist" in refused.stderr
    assert all(name in refused.stderr for name in ("ada", "arthur", "erin"))
    assert "portal.E002" in run("manage.py", "check").stderr
    assert run("manage.py", "shell", "--no-imports", "--command", GONE).returncode == 0
    assert run("-c", "import config.wsgi").returncode == 0


def test_several_processes_without_redis_are_warned_about(run: Run) -> None:
    assert "portal.W004" in run("manage.py", "check", FOYER_PROCESSES="2").stderr
    assert "portal.W004" not in run("manage.py", "check", FOYER_PROCESSES="2", REDIS_URL="redis://127.0.0.1/0").stderr


ASK = """
import django, json
django.setup()
from django.test import Client
def ask(**extra):
    response = Client().get("/accounts/login/", HTTP_HOST="portal.example.com", **extra)
    return {"status": response.status_code, "headers": dict(response.headers),
            "cookies": {name: dict(morsel) for name, morsel in response.cookies.items()}}
print(json.dumps({
    "plain": ask(), "proxied": ask(HTTP_X_FORWARDED_PROTO="https"),
    "stranger": ask(HTTP_X_FORWARDED_PROTO="https", REMOTE_ADDR="203.0.113.1"),
    "health": Client().get("/healthz", HTTP_HOST="portal.example.com").status_code,
}))
"""


def test_cookies_and_transport_are_safe_behind_the_proxy(run: Run, environment: dict[str, str], settings: Any) -> None:
    folder = Path(environment["FOYER_VAR_DIR"])
    folder.mkdir()
    (folder / "static").symlink_to(settings.STATIC_ROOT)
    result = run("-c", ASK, DJANGO_SETTINGS_MODULE="config.settings")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["plain"]["status"] == 301
    assert told["stranger"]["status"] == 301
    assert told["health"] == 200
    proxied = told["proxied"]
    assert proxied["status"] == 200
    assert proxied["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    cookie = proxied["cookies"]["__Host-csrftoken"]
    assert cookie["secure"] is True
    assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")
