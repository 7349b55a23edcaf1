"""Why a sign-in at the identity provider did not work, in words for the person who tried."""

from __future__ import annotations


class SignInFailed(Exception):
    """A sign-in ended without a session.

    ``status`` is the HTTP status to answer with, ``title`` and ``explanation`` are for the person, and ``reason`` is
    for the log; it holds no token, no code and no secret.
    """

    def __init__(self, status: int, title: str, explanation: str, reason: str) -> None:
        super().__init__(status, title, explanation, reason)
        self.status = status
        self.title = title
        self.explanation = explanation
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


def unreachable(reason: str) -> SignInFailed:
    """The provider is down, hangs or answers with a server error."""
    return SignInFailed(
        503,
        "The sign-in service does not answer",
        "The portal is up, but the service that signs you in can't be reached. Try again in a minute.",
        reason,
    )


def unacceptable(reason: str) -> SignInFailed:
    """The provider answered with something that does not pass the checks."""
    return SignInFailed(
        502,
        "The sign-in service gave an answer the portal can't accept",
        "Nothing was changed and you are not signed in. Try again; if it happens again, "
        "give the request id to an administrator.",
        reason,
    )


def expired(reason: str) -> SignInFailed:
    """The visitor came back with a state or a code that is unknown, used or too old."""
    return SignInFailed(
        400,
        "This sign-in has expired",
        "It was started in another browser, finished before, or took too long. Start again.",
        reason,
    )


def denied(explanation: str, reason: str) -> SignInFailed:
    """The provider or the portal refuses this person."""
    return SignInFailed(403, "You were not signed in", explanation, reason)
