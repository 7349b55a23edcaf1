from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.plugin import requires


@requires("moody.search")
def index(request: HttpRequest) -> HttpResponse:
    """Say what was searched for."""
    return render(request, "moody/index.html", {"text": request.GET.get("q", "")})
