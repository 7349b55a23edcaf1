from __future__ import annotations

import os
import time

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.plugin import public


@public
def hang(request: HttpRequest) -> HttpResponse:
    """Wait for longer than any test does."""
    time.sleep(300)
    return HttpResponse()


@public
def die(request: HttpRequest) -> HttpResponse:
    """End the process as a crash in C code does."""
    os._exit(1)


@public
def client(request: HttpRequest) -> HttpResponse:
    """Tell who asked, and how."""
    return JsonResponse({"scheme": request.scheme, "address": request.META["REMOTE_ADDR"], "host": request.get_host()})
