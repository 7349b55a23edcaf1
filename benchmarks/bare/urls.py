"""The portal's routes, and after them /bare/<name>/: what Django alone needs to answer a signed-in user with a page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config import urls
from config.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_required
def bare(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a template that has no tags."""
    return render(request, f"{name}.html")


# Last, where the routes of plugins stand, so that both pay for the routes of the host before them.
urlpatterns = [*urls.urlpatterns, path("bare/<slug:name>/", bare)]
