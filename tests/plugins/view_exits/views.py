from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """Exit."""
    sys.exit(1)
