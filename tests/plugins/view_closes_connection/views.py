from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """Close."""
    connection.close()
    return HttpResponse("closed")
