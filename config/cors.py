"""Which other origins may read the API from a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def patterns(values: Sequence[str]) -> list[str]:
    """Return a pattern for each of ``values`` that matches this origin and nothing else.

    An origin is https://host[:port], or http:// on loopback. Raises ImproperlyConfigured for anything else, "*" and
    "null" among it, because both let strangers in.
    """
    return [rf"{re.escape(_checked(value))}\Z" for value in values]


def _checked(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    secure = host and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
    written = f"[{host}]" if ":" in host else host
    if not secure or "*" in host or value != f"{parts.scheme}://{written}{f':{port}' if port else ''}":
        raise ImproperlyConfigured(
            f"FOYER_CORS_ORIGINS contains {value!r}: write each origin as https://app.example.com, in lower case and "
            "without a path; http:// is for localhost only, and * and null are refused."
        )
    return value
