from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def index(request: HttpRequest) -> HttpResponse:
    """Render later."""
    return TemplateResponse(request, "view_template_missing/nowhere.html")
