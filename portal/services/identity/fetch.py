"""Requests to the identity provider, bounded so that a slow or broken provider can't hold up the portal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from threading import BoundedSemaphore
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from portal.services.identity.faults import unacceptable, unreachable

MAX_BYTES = 1_000_000
WAIT_FOR_PLACE = 1.0
Auth = Callable[[requests.PreparedRequest], requests.PreparedRequest]

# A provider that hangs may hold a quarter of the server's request threads and no more.
_places = BoundedSemaphore(max(1, settings.REQUEST_THREADS // 4))


def bearer(token: str) -> Auth:
    """Return the ``auth`` of a request that carries an access token."""

    def add(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return add


def fetch_json(
    method: str, url: str, *, data: Mapping[str, str] | None = None, auth: Auth | None = None
) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON object that ``url`` answers with.

    The connection and each read may take ``settings.OIDC_TIMEOUT`` seconds, all of it twice that; the body may have
    1 MB. Redirects are not followed. Raises SignInFailed when there is no answer, it is a 5xx, or not a JSON object.
    """
    if not _places.acquire(timeout=WAIT_FOR_PLACE):
        raise unreachable(f"{method} {url} was not tried: too many requests to the provider are waiting")
    try:
        status, body = _fetch(method, url, data, auth)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise unreachable(f"{method} {url}: {type(error).__name__}") from error
    finally:
        _places.release()
    if status >= 500:
        raise unreachable(f"{method} {url} answered {status}")
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise unacceptable(f"{method} {url} answered {status} with something that is not JSON") from error
    if not isinstance(parsed, dict):
        raise unacceptable(f"{method} {url} answered {status} with JSON that is not an object")
    return status, parsed


def _fetch(method: str, url: str, data: Mapping[str, str] | None, auth: Auth | None) -> tuple[int, bytes]:
    deadline = time.monotonic() + 2 * settings.OIDC_TIMEOUT
    with requests.Session() as session:
        response = session.request(
            method,
            url,
            data=data,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            # With no auth at all, requests would take one from a .netrc file.
            auth=auth or (lambda request: request),
            timeout=settings.OIDC_TIMEOUT,
            allow_redirects=False,
            stream=True,
        )
        with response:
            body = b""
            # read1 returns what has arrived, so that a body that drips can't outlast the deadline.
            while chunk := response.raw.read1(65536, decode_content=False):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise unacceptable(f"{method} {url} answered with more than {MAX_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise unreachable(f"{method} {url} took longer than {2 * settings.OIDC_TIMEOUT} s")
            return response.status_code, body
