"""Pages about the catalog as a whole: what is wrong with it, and reading it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from plugins.catalog.lists.wanted import ME
from plugins.catalog.models import Refresh
from plugins.catalog.people import references_of
from plugins.catalog.refresh import is_to_come, latest, refresh_soon
from plugins.catalog.visibility import problems_beside, visible_to
from portal.api import has_permission, has_worker
from portal.plugin import requires

PROBLEMS_PAGE = 50


@requires("catalog.read")
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """List everything that kept a document from becoming an entity."""
    visible = visible_to(request.user)
    found = problems_beside(visible)
    if mine := request.GET.get("owner") == ME:
        found = found.filter(owner_ref__in=references_of(request.user))
    stages = dict(found.order_by().values_list("stage").annotate(Count("pk")).order_by("stage"))
    stage = request.GET.get("stage", "")
    if stage in stages:
        found = found.filter(stage=stage)
    page = Paginator(found, PROBLEMS_PAGE).get_page(request.GET.get("page"))
    named = {ref for problem in page for ref in (problem.ref, problem.owner_ref)}
    context = {
        "page_obj": page,
        "with_page": set(visible.filter(ref__in=named).values_list("ref", flat=True)),
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
