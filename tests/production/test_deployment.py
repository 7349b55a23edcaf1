"""The files an organisation deploys the portal with."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import crossplane
import pytest
import yaml
from django.urls import reverse

from plugins.catalog.webhook_views import MAX_BODY
from tests.production.conftest import ROOT

pytestmark = pytest.mark.one_database
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_every_service_is_pinned_confined_and_watched() -> None:
    for name, service in SERVICES.items():
        assert re.search(r":\d", service["image"]), f"{name}: the image has no version"
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service.get("privileged"), name
        one_shot = service["restart"] == "no"
        watched = "healthcheck" in service or service["image"].startswith("foyer:")
        assert one_shot or watched, f"{name} has no health check"


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert SERVICES["database"]["networks"] == SERVICES["cache"]["networks"] == ["back"]


def test_what_a_service_refers_to_exists() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        for needed, how in service.get("depends_on", {}).items():
            one_shot = SERVICES[needed]["restart"] == "no"
            assert how["condition"] == ("service_completed_successfully" if one_shot else "service_healthy"), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], volume


def test_the_portal_trusts_the_proxy_and_nobody_else() -> None:
    address = SERVICES["proxy"]["networks"]["front"]["ipv4_address"]
    assert SERVICES["portal"]["environment"]["FOYER_TRUSTED_PROXIES"] == address


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            assert not re.search("SECRET|PASSWORD|DATABASE_URL", name) or name.endswith("_FILE"), name


def substituted(text: str, values: dict[str, str]) -> str:
    """Put variables in as compose does: ${NAME}, ${NAME:-default} and ${NAME:?message}."""
    return re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda match: values.get(match[1], match[2] or ""), text)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    command = ["sh", str(ROOT / "deploy" / "secrets.sh"), "portal.example.com", str(folder)]
    subprocess.run(command, check=True, timeout=60)
    return folder


def test_the_secrets_that_are_made_are_those_that_are_mounted(secrets: Path) -> None:
    assert {path.name for path in secrets.iterdir()} == set(COMPOSE["secrets"])
    assert (secrets / "database_password").read_text() in (secrets / "database_url").read_text()


def test_secrets_are_made_once(secrets: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    subprocess.run(
        ["sh", str(ROOT / "deploy" / "secrets.sh"), "portal.example.com", str(secrets)], check=True, timeout=60
    )
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


def test_the_portal_accepts_the_environment_it_is_given(
    secrets: Path, run: Callable[..., CompletedProcess[str]]
) -> None:
    given = SERVICES["portal"]["environment"]
    changes = {
        name: substituted(str(value), {"FOYER_HOST": "portal.example.com"}).replace("/run/secrets", str(secrets))
        for name, value in given.items()
    }
    # The database is not there: what is checked are the settings.
    url = secrets / "database_url"
    url.write_text(url.read_text().replace("@database:5432", "@127.0.0.1:1"))
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **(changes | {"FOYER_SECRET_KEY": ""}))
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_the_image_runs_as_nobody_in_particular_and_is_watched() -> None:
    final = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001$", final, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .* CMD \[", final, re.MULTILINE)
    assert 'CMD ["python", "-m", "config.serve"]' in final
    assert "FOYER_MODE=production" in final


def test_neither_secrets_nor_local_data_get_into_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".*", "var", "deploy/secrets", "**/node_modules"} <= set(left_out)


@pytest.fixture
def proxy(tmp_path: Path) -> list[dict[str, Any]]:
    """The parsed configuration of nginx, every directive checked for its place and its arguments."""
    template = (ROOT / "deploy" / "nginx" / "default.conf.template").read_text()
    conf = tmp_path / "nginx.conf"
    values = {"FOYER_HOST": "portal.example.com", "PORTAL": "portal:8000"}
    conf.write_text(f"events {{}}\nhttp {{\n{substituted(template, values)}\n}}\n")
    parsed = crossplane.parse(str(conf), strict=True, catch_errors=True)
    assert parsed["status"] == "ok", parsed["errors"]
    return parsed["config"][0]["parsed"][1]["block"]  # type: ignore[no-any-return]


def directives(block: list[dict[str, Any]], name: str) -> list[Any]:
    found = [one["args"] for one in block if one["directive"] == name]
    return found + [args for one in block for args in directives(one.get("block", []), name)]


def test_the_proxy_says_who_the_client_is_and_lets_no_client_say_it(proxy: list[dict[str, Any]]) -> None:
    headers = dict(directives(proxy, "proxy_set_header"))
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Proto"] == "$scheme"
    assert headers["X-Request-ID"] == "$request_id"
    assert headers["Forwarded"] == headers["X-Forwarded-Host"] == ""


def test_the_proxy_lets_webhooks_alone_be_as_large_as_the_portal_takes_them(proxy: list[dict[str, Any]]) -> None:
    root = next(one["block"] for one in proxy[-1]["block"] if one["args"] == ["/"])
    location = next(one for one in root if one["directive"] == "location")
    assert location["args"] == [reverse("catalog:webhook", args=["github"]).removesuffix("github/")]
    assert directives(location["block"], "client_max_body_size") == [[f"{MAX_BODY // 1024**2}m"]]
    assert sorted(directives(proxy, "client_max_body_size")) == [["25m"], ["5m"]]


def test_the_proxy_bounds_slow_clients_and_old_protocols(proxy: list[dict[str, Any]]) -> None:
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert ["10s"] in directives(proxy, name)
    assert directives(proxy, "proxy_request_buffering") == [["on"]]
    assert directives(proxy, "limit_conn") == [["client", "100"]]
    assert directives(proxy, "ssl_protocols") == [["TLSv1.2", "TLSv1.3"]]
