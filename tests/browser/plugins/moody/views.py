from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.plugin import requires


@requires("moody.bell")
def index(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing to be told."""
    return render(request, "moody/index.html")
