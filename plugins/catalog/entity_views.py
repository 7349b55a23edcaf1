"""Pages of one entity."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from plugins.catalog import graph, kinds, links
from plugins.catalog.definitions.operations import MAX_OPERATIONS, Unreadable, file_type, read
from plugins.catalog.detail import Details
from plugins.catalog.organisation import Organisation
from plugins.catalog.refresh import refresh
from plugins.catalog.refs import EntityRef
from plugins.catalog.visibility import visible_to
from portal.plugin import requires


@requires("catalog.read")
@require_safe
def overview(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show one entity: what it is, whom it belongs to, what it hangs together with."""
    details = _found(request, kind, namespace, name)
    extra = {}
    if details.entity.kind in ("Group", "User"):
        extra["organisation"] = Organisation(details.entity, visible_to(request.user))
    return _entity(request, "overview", details, extra)


@requires("catalog.read")
@require_safe
def dependencies(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Draw what is around an entity, and list it."""
    details = _found(request, kind, namespace, name)
    wanted = graph.Wanted.from_query(request.GET, request.GET.getlist("relation"), details.entity.kind)
    extra = {
        "graph": graph.around(details.entity, visible_to(request.user), wanted),
        "wanted": wanted,
        "depths": range(1, graph.MAX_DEPTH + 1),
        "directions": graph.DIRECTIONS,
        "relation_labels": graph.LABELS,
        "most": graph.MAX_NODES,
        "box": {"width": graph.WIDTH, "height": graph.HEIGHT},
    }
    return _entity(request, "dependencies", details, extra)


@requires("catalog.read")
@require_safe
def origin(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Say why an entity is in the catalog."""
    return _entity(request, "origin", _found(request, kind, namespace, name))


@requires("catalog.read")
@require_safe
def problems(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """List what is wrong with the file of an entity."""
    return _entity(request, "problems", _found(request, kind, namespace, name))


@requires("catalog.refresh")
@require_POST
def refresh_file(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Read the file of an entity again, and say what came of it."""
    entity = _found(request, kind, namespace, name).entity
    messages.success(request, str(refresh(entity.file)))
    if visible_to(request.user).filter(ref=entity.ref).exists():
        return redirect(links.page_of(entity.ref, "origin"))
    messages.warning(request, f"{entity.ref} is no longer in {entity.file}, so it left the catalog.")
    return redirect("catalog:problems")


@requires("catalog.read")
@require_safe
def definition(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show the operations of an API, and its definition as it was written."""
    details = _defined(request, kind, namespace, name)
    extra: dict[str, Any] = {"operations": None, "q": request.GET.get("q", "")}
    if details.entity.type in ("openapi", "asyncapi"):
        try:
            matching = [one for one in read(details.entity.type, details.definition) if one.matches(extra["q"])]
            extra |= {"operations": matching[:MAX_OPERATIONS], "matching": len(matching)}
        except Unreadable as error:
            extra["broken"] = str(error)
    return _entity(request, "definition", details, extra)


@requires("catalog.read")
@require_safe
def download(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Give the definition of an API as a file."""
    details = _defined(request, kind, namespace, name)
    type_, ending = file_type(details.entity.type, details.definition)
    disposition = content_disposition_header(True, f"{details.entity.name}.{ending}")
    return HttpResponse(details.definition, content_type=type_, headers={"Content-Disposition": disposition})


@requires("catalog.read")
@require_safe
def raw(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Show an entity as YAML or, with ?format=json, as JSON."""
    details = _found(request, kind, namespace, name)
    as_json = request.GET.get("format") == "json"
    text = details.as_json() if as_json else details.as_yaml()
    return _entity(request, "raw", details, {"text": text, "as_json": as_json})


def _defined(request: HttpRequest, kind: str, namespace: str, name: str) -> Details:
    details = _found(request, kind, namespace, name)
    if not details.definition:
        raise Http404("This entity has no definition.")
    return details


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
