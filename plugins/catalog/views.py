"""Pages of the catalog."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from plugins.catalog import kinds
from plugins.catalog.browse import ME, Listing, Wanted
from plugins.catalog.detail import Details
from plugins.catalog.models import Problem, Refresh
from plugins.catalog.people import references_of
from plugins.catalog.refresh import refresh
from plugins.catalog.refs import EntityRef
from plugins.catalog.visibility import visible_to
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
    return redirect(f"{reverse('catalog:index')}?{urlencode({'kind': 'all', 'owner': ME})}")


@requires("catalog.read")
@require_safe
def recent(request: HttpRequest) -> HttpResponse:
    """Lead to everything, the latest change first."""
    return redirect(f"{reverse('catalog:index')}?{urlencode({'kind': 'all', 'sort': '-updated'})}")


@requires("catalog.read")
@require_safe
def entity(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show one entity: what it is, whom it belongs to, what it hangs together with."""
    return _entity(request, "overview", _found(request, kind, namespace, name))


@requires("catalog.read")
@require_safe
def definition(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show the definition of an API as it was written."""
    details = _found(request, kind, namespace, name)
    if not details.definition:
        raise Http404("This entity has no definition.")
    return _entity(request, "definition", details)


@requires("catalog.read")
@require_safe
def raw(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show an entity as YAML or, with ?format=json, as JSON."""
    details = _found(request, kind, namespace, name)
    as_json = request.GET.get("format") == "json"
    text = details.as_json() if as_json else details.as_yaml()
    return _entity(request, "raw", details, {"text": text, "as_json": as_json})


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
        "refreshed_at": Refresh.objects.filter(pk=1).values_list("finished_at", flat=True).first(),
    }
    return render(request, "catalog/problems.html", context)


@requires("catalog.refresh")
@require_POST
def refresh_now(request: HttpRequest) -> HttpResponse:
    """Read every location again, and say what came of it."""
    messages.success(request, str(refresh()))
    return redirect("catalog:problems")


def _list(request: HttpRequest, wanted: Wanted, heading: str) -> HttpResponse:
    listing = Listing(wanted, request.user, request.GET.get("page"), request.GET.get("more", ""))
    context = {"listing": listing, "page_obj": listing.page, "wanted": wanted, "heading": heading}
    return render(request, "catalog/index.html", context)


def _found(request: HttpRequest, kind: str, namespace: str, name: str) -> Details:
    ref = str(EntityRef(kind, namespace, name))
    entities = visible_to(request.user)
    found = entities.filter(ref=ref).first() if ref.isprintable() else None
    if found is None:
        raise Http404(f"The catalog has no {kinds.of(kinds.named(kind)).one} called {name} in {namespace}.")
    return Details(found, entities)


def _entity(request: HttpRequest, tab: str, details: Details, extra: dict[str, Any] | None = None) -> HttpResponse:
    context = {"details": details, "entity": details.entity, "tab": tab, **(extra or {})}
    return render(request, f"catalog/entity/{tab}.html", context)
