"""The address that hosts of Git report changes to."""

from __future__ import annotations

import json
import logging

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from plugins.catalog.providers import webhooks
from plugins.catalog.refresh import refresh_soon
from portal.api import config
from portal.plugin import public

# What is more waits for the next reading of everything.
MAX_READ_AGAIN = 50

logger = logging.getLogger(__name__)


@csrf_exempt  # a signature stands for the session
@public
@require_POST
def webhook(request: HttpRequest, kind: str) -> HttpResponse:
    """Believe a signed delivery, and read again what it is about. 404 without a secret, 403 for a wrong signature."""
    secret = webhooks.secret_of(kind)
    if not secret:
        raise Http404("No webhook secret is configured for this.")
    if not webhooks.is_signed(kind, secret, request.body, request.headers):
        logger.warning("A webhook of %s was refused: its signature is wrong.", kind)
        return JsonResponse({"error": "The signature is wrong."}, status=403)
    try:
        payload = json.loads(request.body)
    except (ValueError, RecursionError):
        return JsonResponse({"error": "The body is not JSON: set the content type application/json."}, status=400)
    event = webhooks.Event.of(kind, request.headers, payload)
    stated = config.of("catalog")
    origins = webhooks.changed_origins(kind, event, stated)[:MAX_READ_AGAIN] if event else []
    for origin in origins:
        refresh_soon(origin=origin)
    return JsonResponse({"read": len(origins)})
