"""An identity provider on loopback that keeps to the protocol until a test makes it misbehave."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID = "foyer"
CLIENT_SECRET = "a secret both sides know"
MISSING = object()


@cache
def _private(identifier: str | None) -> rsa.RSAPrivateKey:
    """Make the key of one name; making one takes longer than most tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Key:
    """An RSA signing key and the public half as the provider publishes it."""

    def __init__(self, identifier: str | None) -> None:
        self.identifier = identifier
        self.private = _private(identifier)

    def public(self) -> dict[str, Any]:
        jwk = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True) | {"use": "sig", "alg": "RS256"}
        return jwk | ({"kid": self.identifier} if self.identifier else {})


class HostileProvider:
    """Serves discovery, keys, tokens and user information. A test changes the attributes to make it lie.

    ``claims``     changes to the ID token; MISSING takes a claim out
    ``sign``       makes the token from the final claims
    ``answers``    path to (status, content type, body), instead of the right answer
    ``hanging``    paths that answer only when the provider is closed
    """

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.key = Key("first")
        self.keys = [self.key]
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self._sign
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self.hanging: set[str] = set()
        self.requests: list[str] = []
        self.token_requests: list[tuple[dict[str, str], str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._closed = threading.Event()
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, location: str) -> dict[str, str]:
        """Do what the provider does when the person has signed in there: return the parameters of the callback."""
        asked = dict(parse_qsl(urlsplit(location).query))
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is gone."""
        self.key = Key("second")
        self.keys = [self.key]

    def _sign(self, claims: dict[str, Any]) -> str:
        headers = {"kid": self.key.identifier} if self.key.identifier else {}
        # Not jwt.encode, which would refuse some of the claims.
        return jwt.PyJWS().encode(json.dumps(claims).encode(), self.key.private, "RS256", headers=headers)

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "subject-1", "aud": CLIENT_ID, "exp": now + 300, "iat": now, "nonce": nonce,
            "preferred_username": "ada", "name": "Ada Lindgren",
        } | self.claims  # fmt: skip
        return self.sign({name: value for name, value in claims.items() if value is not MISSING})

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
        } | self.metadata

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.token_requests.append((form, authorization))
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge_method"] != "S256" or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, str, bytes]:
        self.requests.append(path)
        if path in self.hanging:
            self._closed.wait(30)
        if path in self.answers:
            return self.answers[path]
        status, body = 200, {}
        if path == "/.well-known/openid-configuration":
            body = self._discovery()
        elif path == "/keys":
            body = {"keys": [key.public() for key in self.keys]}
        elif path == "/token":
            status, body = self._token(form, authorization)
        elif path == "/userinfo":
            body = {"sub": self.claims.get("sub", "subject-1")} | self.userinfo
        return status, "application/json", json.dumps(body).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                path = urlsplit(self.path).path
                status, kind, body = provider.answer(path, form, self.headers.get("Authorization", ""))
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    if status in {301, 302, 307}:
                        self.send_header("Location", f"{provider.issuer}/elsewhere")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    return

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                return

        return Handler
