"""The address that hosts of Git report changes to."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from plugins.catalog.providers import webhooks
from plugins.catalog.refresh import refresh_soon
from portal.api import config
from portal.plugin import public

# What is more waits for the next reading of everything.
MAX_READ_AGAIN = 50
# GitHub sends no larger deliveries: https://docs.github.com/en/webhooks/webhook-events-and-payloads
MAX_BODY = 25 * 1024 * 1024
IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024

logger = logging.getLogger(__name__)


@csrf_exempt  # a signature stands for the session
@public
@require_POST
def webhook(request: HttpRequest, kind: str) -> HttpResponse:
    """Believe a signed delivery, and read again what it is about.

    404 without a secret, 413 for more than MAX_BODY, 403 for a wrong signature, 400 for what is no JSON.
    """
    secret = webhooks.secret_of(kind)
    if not secret:
        raise Http404("No webhook secret is configured for this.")
    if _length(request) > MAX_BODY:
        return JsonResponse({"error": f"A delivery may have {MAX_BODY:,} bytes at most."}, status=413)
    # Anybody may send as much, so what is not signed by somebody is not kept in memory.
    with SpooledTemporaryFile(IN_MEMORY) as body:
        if not webhooks.is_signed(kind, secret, _kept(request, body), request.headers):
            logger.warning("A webhook of %s was refused: its signature is wrong.", kind)
            return JsonResponse({"error": "The signature is wrong."}, status=403)
        body.seek(0)
        try:
            payload = json.load(body)
        except (ValueError, RecursionError):
            error = "The body is not JSON: set the content type application/json."
            return JsonResponse({"error": error}, status=400)
    event = webhooks.Event.of(kind, request.headers, payload)
    stated = config.of("catalog")
    origins = webhooks.changed_origins(kind, event, stated)[:MAX_READ_AGAIN] if event else []
    for origin in origins:
        refresh_soon(origin=origin)
    return JsonResponse({"read": len(origins)})


def _length(request: HttpRequest) -> int:
    """The bytes that the body is said to have, of which no more are read; none where it is not said."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _kept(request: HttpRequest, file: IO[bytes]) -> Iterator[bytes]:
    """The body in pieces, each written to a file by the way. Not ``request.body``: Django bounds that by 2.5 MB."""
    while piece := request.read(PIECE):
        file.write(piece)
        yield piece
