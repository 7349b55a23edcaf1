"""Sign-in against oidc-provider, which is certified by the OpenID Foundation and insists on PKCE."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from portal.services.identity import provider as provider_module
from tests.identity.conftest import trust

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "provider"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    if which("node") is None or which("npm") is None:
        pytest.skip("node and npm are needed for the certified provider")
    if not (FOLDER / "node_modules" / "oidc-provider").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=300)
        if installed.returncode:
            pytest.skip(f"oidc-provider could not be installed: {installed.stderr[-200:]}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [str(port), "http://testserver/oidc/callback/", "http://testserver/accounts/login/"]
    process = subprocess.Popen(["node", "provider.mjs", *arguments], cwd=FOLDER, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for text in process.stdout:
        if "listening" in text:
            break
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def client(issuer: str, settings: Any) -> Iterator[Client]:
    trust(settings, issuer)
    settings.OIDC_TIMEOUT = 5
    settings.OIDC_RP_SCOPES = "openid profile email groups"
    settings.OIDC_GROUPS_CLAIM = "groups"
    yield Client()
    provider_module.forget_provider()


def at_the_provider(location: str, login: str = "ada") -> dict[str, str]:
    """Fill in the provider's forms as a person does; return the parameters it sends back to the portal."""
    with requests.Session() as browser:
        for _ in range(20):
            if location.startswith("http://testserver/"):
                return dict(parse_qsl(urlsplit(location).query))
            response = browser.get(location, allow_redirects=False, timeout=10)
            if not response.is_redirect:
                prompt = re.search(r'name="prompt" value="(\w+)"', response.text)
                action = re.search(r'action="([^"]+)"', response.text)
                assert prompt, response.text
                assert action, response.text
                form = {"prompt": prompt[1], "login": login, "password": "any"}
                url = urljoin(response.url, action[1])
                response = browser.post(url, data=form, allow_redirects=False, timeout=10)
            location = urljoin(response.url, response.headers["Location"])
    raise AssertionError("the provider did not send the visitor back")


def sign_in(client: Client, **query: str) -> HttpResponse:
    started = client.get("/oidc/authenticate/", query)
    return client.get("/oidc/callback/", at_the_provider(started["Location"]))


def test_a_person_signs_in_and_their_profile_and_groups_come_along(client: Client) -> None:
    response = sign_in(client, next="/settings/theme/")
    assert response.status_code == 302, response.content
    assert response["Location"] == "/settings/theme/"
    user = get_user_model().objects.get(pk=client.session["_auth_user_id"])
    assert (user.username, user.first_name, user.email) == ("ada", "Ada Lindgren", "ada@example.com")
    assert list(user.groups.values_list("name", flat=True)) == ["platform"]


def test_the_provider_refuses_a_code_with_another_verifier(client: Client) -> None:
    started = client.get("/oidc/authenticate/")
    parameters = at_the_provider(started["Location"])
    session = client.session
    session["oidc_states"][parameters["state"]]["code_verifier"] = "x" * 64
    session.save()
    response = client.get("/oidc/callback/", parameters)
    assert response.status_code == 400
    assert "This sign-in has expired" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(client: Client) -> None:
    started = client.get("/oidc/authenticate/")
    parameters = at_the_provider(started["Location"])
    states = client.session["oidc_states"]
    assert client.get("/oidc/callback/", parameters).status_code == 302
    client.post("/accounts/logout/")
    client.get("/oidc/authenticate/")
    session = client.session
    session["oidc_states"] = states
    session.save()
    assert client.get("/oidc/callback/", parameters).status_code == 400


def test_signing_out_ends_the_session_at_the_provider_too(client: Client) -> None:
    sign_in(client)
    target = client.post("/accounts/logout/")["Refresh"].removeprefix("0; url=")
    asked = requests.get(target, timeout=10)
    assert asked.status_code == 200, asked.text
    token = re.search(r'name="xsrf" value="(\w+)"', asked.text)
    assert token, asked.text
    action = re.search(r'action="([^"]+)"', asked.text)
    assert action, asked.text
    form = {"xsrf": token[1], "logout": "yes"}
    ended = requests.post(urljoin(target, action[1]), form, cookies=asked.cookies, allow_redirects=False, timeout=10)
    assert ended.headers["Location"].startswith("http://testserver/accounts/login/")
