"""The list, its shortcuts, its export, and the choice of its columns."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from plugins.catalog import exports
from plugins.catalog.lists.columns import COLUMNS
from plugins.catalog.lists.listing import Listing
from plugins.catalog.lists.saved import MOST_VIEWS, Look, SavedView
from plugins.catalog.lists.wanted import MAX_VALUES, Wanted
from portal.plugin import requires

TABS = 5


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
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest) -> HttpResponse:
    """Keep the columns and the density of lists for the user, and show the list again; with GET, ask first."""
    sent = request.POST if request.method == "POST" else request.GET
    state, view = QueryDict(sent.get("state", "")), sent.get("view", "")
    back = f"{reverse('catalog:index')}?{replace(Wanted.from_query(state), columns=()).as_query()}"
    if view.isdecimal():
        back += f"&view={view}"
    if request.method == "POST":
        Look.keep(request.user, sent.getlist("column"), sent.get("compact") == "1")
        return redirect(back)
    chosen = sent.getlist("column") or Look.of(request.user).names
    context = {
        "columns": COLUMNS.values(),
        "chosen": chosen,
        "compact": sent.get("compact") == "1",
        "state": state.urlencode(),
        "view": view,
        "back": back,
    }
    return render(request, "catalog/columns_page.html", context)


def _list(request: HttpRequest, wanted: Wanted, heading: str) -> HttpResponse:
    listing = Listing(wanted, request.user, request.GET.get("page"), request.GET.get("more", ""))
    views = list(SavedView.objects.visible_to(request.user)[:MOST_VIEWS])
    view = next((one for one in views if str(one.pk) == request.GET.get("view")), None)
    tabs = views[:TABS] if view is None or view in views[:TABS] else [*views[: TABS - 1], view]
    context = {
        "listing": listing,
        "page_obj": listing.page,
        "wanted": wanted,
        "most_values": MAX_VALUES,
        "heading": heading,
        "formats": exports.FORMATS,
        "columns": COLUMNS.values(),
        "chosen": [one.name for one in listing.columns],
        "compact": listing.look.is_compact,
        "views": tabs,
        "more_views": len(views) - len(tabs),
        "view": view,
        "may_change_view": view is not None and SavedView.objects.changeable_by(request.user).contains(view),
        "view_changed": view is not None and not view.is_at(listing.state),
    }
    return render(request, "catalog/index.html", context)
