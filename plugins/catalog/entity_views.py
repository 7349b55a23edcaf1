"""Pages of one entity."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from plugins.catalog import drawing, graph, kinds, links
from plugins.catalog.definitions.operations import Unreadable, shown
from plugins.catalog.definitions.prose import Prose
from plugins.catalog.definitions.reading import TYPES, excerpt, file_type, read
from plugins.catalog.detail import RELATIONS, Details
from plugins.catalog.organisation import LISTS, Organisation
from plugins.catalog.personal import MOST_STARS, Star, Visit
from plugins.catalog.refresh import refresh_or_enqueue, source_of
from plugins.catalog.refs import EntityRef
from plugins.catalog.visibility import visible_to
from portal.plugin import requires

PEOPLE_PAGE = 50

logger = logging.getLogger(__name__)

MAX_TEXT = 200_000


@requires("catalog.read")
@require_safe
def overview(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show one entity: what it is, whom it belongs to, what it hangs together with."""
    details = found(request, kind, namespace, name)
    _record_visit(request, details.entity.ref)
    extra = {}
    if details.entity.kind in ("Group", "User"):
        extra["organisation"] = Organisation(details.entity, visible_to(request.user))
    return _entity(request, "overview", details, extra)


@requires("catalog.read")
@require_safe
def people(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """List all members of a group, or another of the lists that the page of an entity shows the first of."""
    details = found(request, kind, namespace, name)
    which = request.GET.get("list", "members")
    organisation = Organisation(details.entity, visible_to(request.user))
    if details.entity.kind in ("Group", "User") and which in LISTS:
        refs, heading = organisation.refs(which), LISTS[which]
    elif which == "brought" and details.brought:
        refs, heading = list(details.all_brought.values_list("ref", flat=True)), details.brought.label
    elif which in RELATIONS and (refs := details.related(which)):
        heading = RELATIONS[which]
    else:
        raise Http404(
            f"This entity has no list of that name. There are {', '.join(LISTS)}, of groups and users, "
            "brought, of locations, and the types of its relations."
        )
    page = Paginator(refs, PEOPLE_PAGE).get_page(request.GET.get("page"))
    extra = {"page_obj": page, "members": organisation.named(list(page)), "heading": heading}
    return _entity(request, "people", details, extra)


@requires("catalog.read")
@require_safe
def dependencies(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Draw what is around an entity, and list it."""
    details = found(request, kind, namespace, name)
    wanted = graph.Wanted.from_query(request.GET, request.GET.getlist("relation"), details.entity.kind)
    extra = {
        "graph": graph.around(details.entity, visible_to(request.user), wanted),
        "wanted": wanted,
        "depths": range(1, graph.MAX_DEPTH + 1),
        "directions": graph.DIRECTIONS,
        "relation_labels": drawing.LABELS,
        "most": graph.MAX_NODES,
        "box": {"width": drawing.WIDTH, "height": drawing.HEIGHT},
    }
    return _entity(request, "dependencies", details, extra)


@requires("catalog.read")
@require_safe
def origin(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Say why an entity is in the catalog."""
    return _entity(request, "origin", found(request, kind, namespace, name))


@requires("catalog.read")
@require_safe
def problems(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """List what is wrong with the file of an entity."""
    return _entity(request, "problems", found(request, kind, namespace, name))


@requires("catalog.read")
@require_http_methods(["GET", "HEAD", "POST"])
def star(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Star an entity (starred=1) or take the star away (starred=0): sending it twice changes nothing more."""
    entity = found(request, kind, namespace, name).entity
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
    response = trigger_client_event(render(request, "catalog/star.html", context), "catalog:starred")
    return trigger_client_event(response, "foyer:notice", {"value": message})


@requires("catalog.refresh")
@require_POST
def refresh_file(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Read the file of an entity again, and say what came of it."""
    details = found(request, kind, namespace, name)
    entity, place = details.entity, details.place
    summary = refresh_or_enqueue(**source_of(entity))
    messages.success(request, str(summary or f"The catalog is being read right now. {place} is read again after that."))
    if visible_to(request.user).filter(ref=entity.ref).exists():
        return redirect(links.page_of(entity.ref, "origin"))
    messages.warning(request, f"{entity.ref} is no longer in {place}, so it left the catalog.")
    return redirect("catalog:problems")


@requires("catalog.read")
@require_safe
def definition(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show the operations of an API, and its definition as it was written."""
    details = _defined(request, kind, namespace, name)
    type_, text = details.entity.type.lower(), details.definition
    extra: dict[str, Any] = {"operations": None, "q": request.GET.get("q", "")[:200], "text": text[:MAX_TEXT]}
    if type_ in TYPES:
        try:
            operations, overview = read(type_, text)
            matching = [one for one in operations if one.matches(extra["q"])]
            extra |= {"operations": shown(matching), "matching": len(matching), "total": len(operations)}
            extra |= {"overview": overview, "prose": Prose(is_markdown=type_ != "grpc")}
        except Unreadable as error:
            extra |= {"broken": str(error), "excerpt": excerpt(text, error.line)}
    return _entity(request, "definition", details, extra)


@requires("catalog.read")
@require_safe
def download(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Give the definition of an API as a file."""
    details = _defined(request, kind, namespace, name)
    type_, ending = file_type(details.entity.type.lower(), details.definition)
    disposition = content_disposition_header(True, f"{details.entity.name}.{ending}")
    return HttpResponse(details.definition, content_type=type_, headers={"Content-Disposition": disposition})


@requires("catalog.read")
@require_safe
def raw(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show an entity as YAML or, with ?format=json, as JSON."""
    details = found(request, kind, namespace, name)
    as_json = request.GET.get("format") == "json"
    text = details.as_json() if as_json else details.as_yaml()
    return _entity(request, "raw", details, {"text": text, "as_json": as_json})


def _defined(request: HttpRequest, kind: str, namespace: str, name: str) -> Details:
    details = found(request, kind, namespace, name)
    if not details.definition:
        raise Http404("This entity has no definition.")
    return details


def found(request: HttpRequest, kind: str, namespace: str, name: str) -> Details:
    """The entity of an address. Raises Http404 when there is none that the user may see."""
    ref = str(EntityRef(kind, namespace, name))
    entities = visible_to(request.user)
    entity = entities.filter(ref=ref).first() if ref.isprintable() else None
    if entity is None:
        raise Http404(f"The catalog has no {kinds.of(kinds.named(kind)).one} called {name} in {namespace}.")
    return Details(entity, entities)


def _entity(request: HttpRequest, tab: str, details: Details, extra: dict[str, Any] | None = None) -> HttpResponse:
    starred = Star.objects.filter(user=request.user.pk, ref=details.entity.ref).exists()
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
