"""Pages of the catalog."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from plugins.catalog import exports
from plugins.catalog.browse import ME, Listing, Wanted
from plugins.catalog.models import Problem, Refresh
from plugins.catalog.people import references_of
from plugins.catalog.refresh import is_to_come, latest, refresh_soon
from portal.api import has_permission, has_worker
from portal.plugin import requires

PROBLEMS_PAGE = 50


@requires("catalog.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List entities: components unless the address says otherwise."""
    return _list(request, Wanted.from_query(request.GET), "Catalog")


@requires("catalog.read")
@require_safe
def apis(request: HttpRequest) -> HttpResponse:
    """List APIs."""
    return _list(request, Wanted.from_query(request.GET, kind="API"), "APIs")


@requires("catalog.read")
@require_safe
def owned(request: HttpRequest) -> HttpResponse:
    """Lead to everything the user and the user's teams own."""
    return redirect(f"{reverse('catalog:index')}?{urlencode({'kind': 'all', 'scope': 'owned'})}")


@requires("catalog.read")
@require_safe
def starred(request: HttpRequest) -> HttpResponse:
    """Lead to everything the user starred."""
    return redirect(f"{reverse('catalog:index')}?{urlencode({'kind': 'all', 'scope': 'starred'})}")


@requires("catalog.read")
@require_safe
def recent(request: HttpRequest) -> HttpResponse:
    """Lead to everything, the latest change first."""
    return redirect(f"{reverse('catalog:index')}?{urlencode({'kind': 'all', 'sort': '-updated'})}")


@requires("catalog.read")
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """Give every entity of the list, as its address filters and sorts it, as CSV, JSON or YAML."""
    if form not in exports.FORMATS:
        raise Http404(f"The list is exported as {', '.join(exports.FORMATS)}, not as {form}.")
    entities = Listing(Wanted.from_query(request.GET), request.user).matching
    name = f'attachment; filename="catalog.{form}"'
    return StreamingHttpResponse(
        exports.export(entities, form),
        content_type=exports.FORMATS[form],
        headers={"Content-Disposition": name, "Cache-Control": "private, no-store"},
    )


@requires("catalog.read")
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """List everything that kept a document from becoming an entity."""
    found = Problem.objects.all()
    if mine := request.GET.get("owner") == ME:
        found = found.filter(owner_ref__in=references_of(request.user))
    stages = dict(found.order_by().values_list("stage").annotate(Count("pk")).order_by("stage"))
    stage = request.GET.get("stage", "")
    if stage in stages:
        found = found.filter(stage=stage)
    context = {
        "page_obj": Paginator(found, PROBLEMS_PAGE).get_page(request.GET.get("page")),
        "stages": stages,
        "stage": stage if stage in stages else "",
        "mine": mine,
        "me": ME,
        **(_ingestion() if has_permission(request.user, "catalog.refresh") else {}),
        "refreshed_at": Refresh.objects.filter(pk=1).values_list("finished_at", flat=True).first(),
    }
    return render(request, "catalog/problems.html", context)


@requires("catalog.refresh")
@require_safe
def ingestion(request: HttpRequest) -> HttpResponse:
    """Say how far the reading of the locations is: the part of the page of problems that keeps itself up to date."""
    return render(request, "catalog/ingestion.html", _ingestion() | {"ended": True})


def _ingestion() -> dict[str, Any]:
    row, to_come = latest(), is_to_come()
    return {
        "ingestion": row,
        "is_reading": row is not None and row.finished_at is None,
        "is_to_come": to_come,
        "no_worker": to_come and not has_worker(),
    }


@requires("catalog.refresh")
@require_POST
def refresh_now(request: HttpRequest) -> HttpResponse:
    """Have every location read again by a worker; without one do it now, and say what came of it."""
    if summary := refresh_soon():
        messages.success(request, f"{summary} No worker is running, so this page waited for it.")
    return redirect("catalog:problems")


def _list(request: HttpRequest, wanted: Wanted, heading: str) -> HttpResponse:
    listing = Listing(wanted, request.user, request.GET.get("page"), request.GET.get("more", ""))
    context = {
        "listing": listing,
        "page_obj": listing.page,
        "wanted": wanted,
        "heading": heading,
        "formats": exports.FORMATS,
    }
    return render(request, "catalog/index.html", context)
