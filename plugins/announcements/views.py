from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from portal.plugin import requires

from .models import Announcement

PER_PAGE = 20


@requires("announcements.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what holds now, or with ?show=past what has ended."""
    past = request.GET.get("show") == "past"
    announcements = Announcement.objects.past() if past else Announcement.objects.current()
    pages = Paginator(announcements.for_user(request.user).select_related("author"), PER_PAGE)
    context = {
        "shown": "past" if past else "current",
        "counts": Announcement.objects.counts(),
        "page_obj": pages.get_page(request.GET.get("page")),
    }
    return render(request, "announcements/index.html", context)


@requires("announcements.read")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one announcement."""
    announcements = Announcement.objects.published().for_user(request.user).select_related("author")
    return render(request, "announcements/detail.html", {"announcement": get_object_or_404(announcements, pk=pk)})


@requires("announcements.read")
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an announcement off the user's home page."""
    announcement = get_object_or_404(Announcement.objects.current(), pk=pk)
    announcement.dismiss_for(request.user)
    return _answer(request, announcement, f"“{announcement}” is off your home page.")


@requires("announcements.read")
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a dismissed announcement back on the user's home page."""
    announcement = get_object_or_404(Announcement.objects.current(), pk=pk)
    announcement.restore_for(request.user)
    return _answer(request, announcement, f"“{announcement}” is on your home page again.")


def _answer(request: HttpRequest, announcement: Announcement, message: str) -> HttpResponse:
    """Return to htmx the button for the way back and a notice, and everybody else to the page they were on."""
    if request.htmx:
        announcement = Announcement.objects.for_user(request.user).get(pk=announcement.pk)
        response = render(request, "announcements/dismiss.html", {"announcement": announcement})
        trigger_client_event(response, "foyer:notice", {"value": message})
        return trigger_client_event(response, "announcements:dismissed")
    messages.success(request, message)
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return redirect(page if safe else announcement)
