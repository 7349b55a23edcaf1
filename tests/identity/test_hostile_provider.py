"""A sign-in at a provider that lies, breaks or hangs: a clear page, never a session, never a 500."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth import get_user_model
from django.http import HttpResponse

from portal.services.identity import provider as provider_module
from tests.identity.conftest import Visitor
from tests.identity.hostile import CLIENT_SECRET, MISSING, HostileProvider, Key

pytestmark = pytest.mark.django_db


def assert_refused(visitor: Visitor, response: HttpResponse, *statuses: int) -> None:
    assert response.status_code in (statuses or (502,)), response.content
    assert response["X-Request-ID"] in response.content.decode()
    assert "Back to sign-in" in response.content.decode()
    assert not visitor.is_signed_in


def later(seconds: int) -> int:
    return int(time.time()) + seconds


BAD_CLAIMS: dict[str, Callable[[], dict[str, Any]]] = {
    "another issuer": lambda: {"iss": "https://evil.example"},
    "issuer with a slash": lambda: {"iss": "http://127.0.0.1/"},
    "no issuer": lambda: {"iss": MISSING},
    "issuer of another type": lambda: {"iss": ["x"]},
    "another audience": lambda: {"aud": "another-client"},
    "no audience": lambda: {"aud": MISSING},
    "empty audience": lambda: {"aud": []},
    "audience of another type": lambda: {"aud": {"foyer": True}},
    "audience that contains our name": lambda: {"aud": "foyer-2"},
    "several audiences, no azp": lambda: {"aud": ["foyer", "evil"]},
    "several audiences, another azp": lambda: {"aud": ["foyer", "evil"], "azp": "evil"},
    "one audience, another azp": lambda: {"azp": "evil"},
    "expired": lambda: {"exp": later(-61)},
    "no expiry": lambda: {"exp": MISSING},
    "expiry that is no number": lambda: {"exp": "soon"},
    "expiry beyond numbers": lambda: {"exp": float("inf")},
    "issued in the future": lambda: {"iat": later(120)},
    "no time of issue": lambda: {"iat": MISSING},
    "not yet valid": lambda: {"nbf": later(120)},
    "another nonce": lambda: {"nonce": "another"},
    "no nonce": lambda: {"nonce": MISSING},
    "nonce of another type": lambda: {"nonce": 7},
    "no subject": lambda: {"sub": MISSING},
    "empty subject": lambda: {"sub": ""},
    "subject that is a number": lambda: {"sub": 7},
    "subject too long": lambda: {"sub": "x" * 256},
    "subject with NUL": lambda: {"sub": "a\x00b"},
}


@pytest.mark.parametrize("bad", BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
def test_a_token_with_a_bad_claim_is_refused(
    visitor: Visitor, idp: HostileProvider, bad: Callable[[], dict[str, Any]]
) -> None:
    idp.claims = bad()
    assert_refused(visitor, visitor.sign_in())
    assert not get_user_model().objects.exists()


def pem_of(idp: HostileProvider) -> bytes:
    return idp.key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def forged_hmac(claims: dict[str, Any], secret: bytes, kid: str | None) -> str:
    """Sign by HMAC with any bytes; PyJWT itself refuses to do so with a public key."""
    import hashlib
    import hmac
    from base64 import urlsafe_b64encode

    def part(data: bytes) -> str:
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    signed = f"{part(json.dumps({'alg': 'HS256', 'kid': kid}).encode())}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def own_key(idp: HostileProvider, claims: dict[str, Any], **headers: Any) -> str:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": idp.key.identifier, **headers})


def unsigned(claims: dict[str, Any], alg: str) -> str:
    head, body, _ = jwt.encode(claims, None, algorithm="none").split(".")
    from base64 import urlsafe_b64encode

    head = urlsafe_b64encode(json.dumps({"alg": alg, "kid": "first"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}."


FORGERIES: dict[str, Callable[[HostileProvider, dict[str, Any]], Any]] = {
    "alg none": lambda idp, claims: unsigned(claims, "none"),
    "alg nOnE": lambda idp, claims: unsigned(claims, "nOnE"),
    "empty signature": lambda idp, claims: unsigned(claims, "RS256"),
    "HS256 with the public key": lambda idp, claims: forged_hmac(claims, pem_of(idp), idp.key.identifier),
    "HS256 with the client secret": lambda idp, claims: forged_hmac(claims, CLIENT_SECRET.encode(), "first"),
    "wrong key, same id": lambda idp, claims: own_key(idp, claims),
    "unknown key id": lambda idp, claims: jwt.encode(claims, idp.key.private, "RS256", headers={"kid": "unknown"}),
    "key id of another type": lambda idp, claims: forged_hmac(claims, b"x", 7),  # type: ignore[arg-type]
    "embedded jwk": lambda idp, claims: own_key(idp, claims, jwk=Key("mine").public()),
    "jku": lambda idp, claims: own_key(idp, claims, jku=f"{idp.issuer}/evil"),
    "tampered payload": lambda idp, claims: idp._sign(claims).replace(".", ".e", 1),
    "two parts": lambda idp, claims: "a.b",
    "not a token": lambda idp, claims: "<html>",
    "empty": lambda idp, claims: "",
    "null": lambda idp, claims: None,
    "an object": lambda idp, claims: {"a": 1},
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_token_is_refused(visitor: Visitor, idp: HostileProvider, forge: Any) -> None:
    idp.sign = lambda claims: forge(idp, claims)
    assert_refused(visitor, visitor.sign_in())


def test_a_shared_secret_among_the_keys_is_never_used(visitor: Visitor, idp: HostileProvider) -> None:
    secret = jwt.utils.base64url_encode(b"k" * 32).decode()
    keys = {"keys": [{"kty": "oct", "kid": "first", "k": secret, "alg": "HS256"}]}
    idp.answers["/keys"] = (200, "application/json", json.dumps(keys).encode())
    idp.sign = lambda claims: jwt.encode(claims, b"k" * 32, algorithm="HS256", headers={"kid": "first"})
    assert_refused(visitor, visitor.sign_in())


def test_a_key_too_short_to_be_safe_is_refused(visitor: Visitor, idp: HostileProvider) -> None:
    idp.key.private = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    assert_refused(visitor, visitor.sign_in())


@pytest.mark.parametrize("userinfo", [{"sub": "somebody-else"}, {"sub": None}, {"sub": ["subject-1"]}])
def test_userinfo_about_somebody_else_is_refused(
    visitor: Visitor, idp: HostileProvider, userinfo: dict[str, Any]
) -> None:
    idp.userinfo = userinfo
    assert_refused(visitor, visitor.sign_in())


@pytest.mark.parametrize("groups", [["g"] * 50_000, {"a": 1}, [1, 2], 7])
def test_a_groups_claim_that_cannot_be_used_is_refused(
    visitor: Visitor, idp: HostileProvider, settings: Any, groups: Any
) -> None:
    settings.OIDC_GROUPS_CLAIM = "groups"
    idp.userinfo = {"groups": groups}
    assert_refused(visitor, visitor.sign_in())


BROKEN = {
    "500": ((500, "text/plain", b"broken"), 503),
    "500 in JSON": ((500, "application/json", b"{}"), 503),
    "HTML": ((200, "text/html", b"<html>Maintenance</html>"), 502),
    "empty": ((200, "application/json", b""), 502),
    "a list": ((200, "application/json", b"[]"), 502),
    "nested without end": ((200, "application/json", b"[" * 100_000), 502),
    "2 MB": ((200, "application/json", b'{"a":"' + b"x" * 2_000_000 + b'"}'), 502),
    "a redirect": ((302, "text/html", b"{}"), 502),
    "401": ((401, "application/json", b'{"error":"invalid_client"}'), 502),
}


@pytest.mark.parametrize("path", ["/token", "/keys", "/userinfo"])
@pytest.mark.parametrize("answer", BROKEN.keys())
def test_an_endpoint_that_answers_nonsense_leads_to_a_page(
    visitor: Visitor, idp: HostileProvider, path: str, answer: str
) -> None:
    idp.answers[path], _ = BROKEN[answer]
    assert_refused(visitor, visitor.sign_in(), 502, 503)


@pytest.mark.parametrize("answer", BROKEN.keys())
def test_a_discovery_document_that_is_nonsense_leads_to_a_page(
    visitor: Visitor, idp: HostileProvider, answer: str
) -> None:
    idp.answers["/.well-known/openid-configuration"], _ = BROKEN[answer]
    assert_refused(visitor, visitor.start(), 502, 503)


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": None},
     {"authorization_endpoint": "javascript:alert(1)"}, {"token_endpoint": "http://evil.example/token"},
     {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": ["x"]}, {"token_endpoint": "https://[::1"},
     {"end_session_endpoint": "https://x.example/a b"}],
)  # fmt: skip
def test_a_discovery_document_with_a_bad_member_is_refused(
    visitor: Visitor, idp: HostileProvider, metadata: dict[str, Any]
) -> None:
    idp.metadata = metadata
    assert_refused(visitor, visitor.start(), 502)


@pytest.mark.parametrize("path", ["/token", "/keys", "/userinfo"])
def test_an_endpoint_that_hangs_leads_to_a_page(visitor: Visitor, idp: HostileProvider, path: str) -> None:
    idp.hanging.add(path)
    assert_refused(visitor, visitor.sign_in(), 503)


def test_a_provider_that_hangs_at_discovery_is_left_alone_for_a_moment(visitor: Visitor, idp: HostileProvider) -> None:
    idp.hanging.add("/.well-known/openid-configuration")
    assert_refused(visitor, visitor.start(), 503)
    assert_refused(visitor, visitor.start(), 503)
    assert len(idp.requests) == 1


def test_a_provider_that_is_down_leads_to_a_page(visitor: Visitor, idp: HostileProvider) -> None:
    idp.close()
    assert_refused(visitor, visitor.start(), 503)


def test_a_provider_that_goes_down_stays_known_while_its_document_is_stale(
    visitor: Visitor, idp: HostileProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "LIFESPAN", 0.0)
    visitor.start()
    idp.answers["/.well-known/openid-configuration"] = (500, "text/plain", b"down")
    assert visitor.start().status_code == 302


def test_sessions_go_on_while_the_provider_is_down(visitor: Visitor, idp: HostileProvider) -> None:
    visitor.sign_in()
    idp.close()
    provider_module.forget_provider()
    assert visitor.client.get("/settings/theme/").status_code == 200


def test_local_accounts_sign_in_while_the_provider_is_down(visitor: Visitor, idp: HostileProvider) -> None:
    get_user_model().objects.create_user("breakglass", password="a long password")
    idp.close()
    response = visitor.client.post("/accounts/login/", {"username": "breakglass", "password": "a long password"})
    assert response.status_code == 302
    assert visitor.is_signed_in


def test_a_callback_without_a_state_is_refused(visitor: Visitor) -> None:
    assert_refused(visitor, visitor.callback(code="x"), 400)


def test_a_callback_with_a_state_of_nobody_is_refused(visitor: Visitor) -> None:
    visitor.start()
    assert_refused(visitor, visitor.callback(code="x", state="unknown"), 400)


def test_a_state_works_once(visitor: Visitor, idp: HostileProvider) -> None:
    parameters = idp.authorize(visitor.start()["Location"])
    visitor.callback(**parameters)
    visitor.client.post("/accounts/logout/")
    assert_refused(visitor, visitor.callback(**parameters), 400)


def test_a_state_of_another_browser_is_refused(visitor: Visitor, idp: HostileProvider) -> None:
    attacker = Visitor(idp)
    parameters = idp.authorize(attacker.start()["Location"])
    visitor.start()
    assert_refused(visitor, visitor.callback(**parameters), 400)


def test_a_code_of_another_sign_in_is_refused_for_its_challenge(visitor: Visitor, idp: HostileProvider) -> None:
    stolen = idp.authorize(Visitor(idp).start()["Location"])
    mine = idp.authorize(visitor.start()["Location"])
    assert_refused(visitor, visitor.callback(code=stolen["code"], state=mine["state"]), 400)


def test_a_state_older_than_ten_minutes_is_refused(visitor: Visitor, idp: HostileProvider) -> None:
    parameters = idp.authorize(visitor.start()["Location"])
    session = visitor.client.session
    session["oidc_states"][parameters["state"]]["added_on"] -= 601
    session.save()
    assert_refused(visitor, visitor.callback(**parameters), 400)


def test_an_answer_of_another_issuer_is_refused(visitor: Visitor, idp: HostileProvider) -> None:
    parameters = idp.authorize(visitor.start()["Location"])
    assert_refused(visitor, visitor.callback(**(parameters | {"iss": "https://evil.example"})), 502)


def test_an_answer_without_a_code_is_refused(visitor: Visitor, idp: HostileProvider) -> None:
    parameters = idp.authorize(visitor.start()["Location"])
    assert_refused(visitor, visitor.callback(state=parameters["state"]), 502)


@pytest.mark.parametrize(
    ("error", "status"),
    [("access_denied", 403), ("login_required", 403), ("temporarily_unavailable", 503), ("server_error", 503),
     ("invalid_scope", 502), ("<script>alert(1)</script>", 502), ("", 502)],
)  # fmt: skip
def test_an_error_of_the_provider_is_told_without_its_words(
    visitor: Visitor, idp: HostileProvider, error: str, status: int
) -> None:
    state = idp.authorize(visitor.start()["Location"])["state"]
    response = visitor.callback(state=state, error=error, error_description="<img src=x onerror=alert(1)>")
    assert_refused(visitor, response, status)
    assert b"<script>alert" not in response.content
    assert b"onerror" not in response.content


def test_an_error_uses_up_its_state(visitor: Visitor, idp: HostileProvider) -> None:
    parameters = idp.authorize(visitor.start()["Location"])
    visitor.callback(state=parameters["state"], error="access_denied")
    assert_refused(visitor, visitor.callback(**parameters), 400)


def test_a_link_with_an_error_signs_nobody_out(visitor: Visitor) -> None:
    visitor.sign_in()
    assert visitor.callback(error="access_denied").status_code == 400
    assert visitor.is_signed_in


def test_an_inactive_account_is_refused(visitor: Visitor, idp: HostileProvider) -> None:
    visitor.sign_in()
    get_user_model().objects.update(is_active=False)
    stranger = Visitor(idp)
    assert_refused(stranger, stranger.sign_in(), 403)


def test_a_refused_sign_in_leaves_no_token_in_the_session(visitor: Visitor, idp: HostileProvider) -> None:
    idp.userinfo = {"sub": "somebody-else"}
    visitor.sign_in()
    assert "oidc_id_token" not in visitor.client.session


def test_the_log_of_a_refusal_holds_no_token_and_no_secret(
    visitor: Visitor, idp: HostileProvider, caplog: pytest.LogCaptureFixture
) -> None:
    idp.claims = {"aud": "another-client"}
    visitor.sign_in()
    assert "InvalidAudienceError" in caplog.text
    assert "eyJ" not in caplog.text
    assert CLIENT_SECRET not in caplog.text
