from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.plugin import requires


@requires("$label.read")
def index(request: HttpRequest) -> HttpResponse:
    """Show the plugin's page."""
    return render(request, "$label/index.html")
