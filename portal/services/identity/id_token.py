"""The checks of the ID token: OpenID Connect Core 1.0 §3.1.3.7."""

from __future__ import annotations

from typing import Any

import jwt
from django.conf import settings
from django.utils.crypto import constant_time_compare

from portal.services.identity.faults import unacceptable
from portal.services.identity.provider import Provider

LEEWAY = 60
MAX_SUBJECT = 255
# Asymmetric only: with a shared secret, whoever can check a token can also forge one.
ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}


def verify(token: Any, nonce: str, provider: Provider) -> dict[str, Any]:
    """Return the claims of an ID token that was made by ``provider`` for us and for this sign-in.

    Checked are the signature, iss, aud, azp, exp, iat and nbf (60 s leeway), nonce and sub. Raises SignInFailed.
    """
    if not isinstance(token, str):
        raise unacceptable("the token endpoint gave no ID token")
    try:
        key = provider.keys.key_of(token)
        claims = jwt.decode(
            token,
            key.key,
            algorithms=_algorithms(key),
            audience=settings.OIDC_RP_CLIENT_ID,
            issuer=provider.issuer,
            leeway=LEEWAY,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
                "enforce_minimum_key_length": True,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise unacceptable(f"the ID token was refused: {type(error).__name__}: {error}") from error
    if not isinstance(claims["nonce"], str) or not nonce or not constant_time_compare(claims["nonce"], nonce):
        raise unacceptable("the ID token has another nonce")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.OIDC_RP_CLIENT_ID:
        raise unacceptable("the ID token was issued to another client (azp)")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
        raise unacceptable(f"the ID token's sub is not 1 to {MAX_SUBJECT} printable characters")
    return dict(claims)


def _algorithms(key: jwt.PyJWK) -> list[str]:
    return list(ALGORITHMS.get(key.key_type or "", ()))
