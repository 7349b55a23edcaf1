from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


def index(request: HttpRequest) -> HttpResponse:
    """Speak German."""
    translation.activate("de")
    timezone.activate("Asia/Tokyo")
    return HttpResponse("Guten Tag")
