"""Pages of the catalog."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from plugins.catalog import exports, kinds
from plugins.catalog.browse import ME, Listing, Wanted
from plugins.catalog.detail import Details
from plugins.catalog.models import Problem, Refresh
from plugins.catalog.people import references_of
from plugins.catalog.personal import MOST_STARS, Star, Visit
from plugins.catalog.refresh import refresh
from plugins.catalog.refs import EntityRef
from plugins.catalog.visibility import visible_to
from portal.plugin import requires

PROBLEMS_PAGE = 50
logger = logging.getLogger(__name__)


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
def entity(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show one entity: what it is, whom it belongs to, what it hangs together with."""
    details = _found(request, kind, namespace, name)
    _record_visit(request, details.entity.ref)
    return _entity(request, "overview", details)


@requires("catalog.read")
@require_http_methods(["GET", "HEAD", "POST"])
def star(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Star an entity (starred=1) or take the star away (starred=0): sending it twice changes nothing more."""
    entity = _found(request, kind, namespace, name).entity
    title = entity.title or entity.name
    if request.method != "POST":
        wanted = "0" if request.GET.get("starred") == "0" else "1"
        heading = f"Star {title}" if wanted == "1" else f"Remove the star from {title}"
        return render(
            request,
            "catalog/star_page.html",
            {"entity": entity, "wanted": wanted, "heading": heading},
        )
    on = request.POST.get("starred") != "0"
    room = Star.put(request.user, entity.ref, on)
    full = f"You have {MOST_STARS:,} stars, which is the most there can be. Take one away first."
    message = (f"Starred “{title}”." if on else f"Took the star from “{title}”.") if room else full
    if not request.htmx:  # type: ignore[attr-defined]
        messages.add_message(request, messages.SUCCESS if room else messages.ERROR, message)
        return redirect("catalog:entity", entity.namespace, entity.kind.lower(), entity.name.lower())
    context = {"entity": entity, "starred": on and room, "icon_only": request.POST.get("icon") == "1"}
    return trigger_client_event(render(request, "catalog/star.html", context), "foyer:notice", {"value": message})


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
    context = {
        "listing": listing,
        "page_obj": listing.page,
        "wanted": wanted,
        "heading": heading,
        "formats": exports.FORMATS,
    }
    return render(request, "catalog/index.html", context)


def _found(request: HttpRequest, kind: str, namespace: str, name: str) -> Details:
    ref = str(EntityRef(kind, namespace, name))
    entities = visible_to(request.user)
    found = entities.filter(ref=ref).first() if ref.isprintable() else None
    if found is None:
        raise Http404(f"The catalog has no {kinds.of(kinds.named(kind)).one} called {name} in {namespace}.")
    return Details(found, entities)


def _entity(request: HttpRequest, tab: str, details: Details, extra: dict[str, Any] | None = None) -> HttpResponse:
    ref = details.entity.ref
    starred = Star.objects.filter(user=request.user.pk, ref=ref).exists()
    context = {"details": details, "entity": details.entity, "tab": tab, "starred": starred, **(extra or {})}
    return render(request, f"catalog/entity/{tab}.html", context)


def _record_visit(request: HttpRequest, ref: str) -> None:
    """Remember what the user looked at.

    GET stays safe (RFC 9110, 9.2.1): like a line in a log it is not what was asked for, changes nothing for others
    and not a byte of this page, so that its ETag stays. Who only looks ahead has not visited.
    """
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if request.method != "GET" or "prefetch" in purpose:
        return
    try:
        Visit.record(request.user, ref)
    except DatabaseError:
        # A page must not fail because a list of conveniences could not be written, as on a full disk.
        logger.warning("The visit of %s could not be recorded.", ref, exc_info=True)
