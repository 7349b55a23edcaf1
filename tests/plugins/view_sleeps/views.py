from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """Wait."""
    time.sleep(0.3)
    return HttpResponse("at last")
