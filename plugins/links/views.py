from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.plugin import requires

from .models import QuickLink


@requires("links.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the user's links by category, each category in the order of its links."""
    links = QuickLink.objects.visible_to(request.user).select_related("team")
    categories: dict[str, list[QuickLink]] = {}
    for link in links:
        categories.setdefault(link.category, []).append(link)
    return render(request, "links/index.html", {"categories": categories})
