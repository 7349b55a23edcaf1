"""Pages of to-dos. Each answers htmx with the part that changes, and everybody else with a page or a redirect."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.transaction import atomic
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from portal.plugin import requires

from .forms import TodoForm
from .models import Todo, TodoQuerySet

PER_PAGE = 25
LISTS = ("mine", "team", "done")


@requires("todos.read")
@require_safe
def index(request: HttpRequest, first_shown: str = "mine") -> HttpResponse:
    """List the to-dos of the user ("mine"), of the user's teams ("team"), or those that are done."""
    todos = Todo.objects.visible_to(request.user)
    shown = request.GET.get("show", "")
    shown = shown if shown in LISTS else first_shown
    pages = Paginator(todos.shown_as(shown).select_related("team"), PER_PAGE)
    context = {"shown": shown, "counts": todos.counts(), "page_obj": pages.get_page(request.GET.get("page"))}
    return _show(request, "todos/list.html", context, page="todos/index.html")


@requires("todos.read")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one to-do or, for a day after it was deleted, the way to bring it back."""
    if deleted := Todo.objects.restorable_by(request.user).filter(pk=pk).first():
        return _show(request, "todos/deleted.html", {"todo": deleted})
    return _show(request, "todos/item.html", {"todo": _one(request, pk)})


@requires("todos.write")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a to-do. The form stays for the next one."""
    form = TodoForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        todo = form.save()
        back = f"{reverse('todos:index')}?show={'team' if todo.team else 'mine'}"
        message = f"Added “{_short(todo)}”{f' for {todo.team}' if todo.team else ''}."
        context = {"form": TodoForm(user=request.user)}
        return _saved(request, message, back, "todos/form.html", context, event="todos:added")
    return _show(request, "todos/form.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("todos.write")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a to-do. Its row is locked for saving, so that of two people who save at once the second one is told."""
    if request.method != "POST":
        todo = _one(request, pk)
        return _show(request, "todos/form.html", {"form": TodoForm(user=request.user, instance=todo), "todo": todo})
    with atomic():
        todo = get_object_or_404(Todo.objects.visible_to(request.user).select_for_update(), pk=pk)
        form = TodoForm(request.POST, user=request.user, instance=todo)
        if form.is_valid():
            form.save()
    if form.errors:
        return _show(request, "todos/form.html", {"form": form, "todo": todo}, status=422)
    return _saved(request, f"Saved “{_short(todo)}”.", todo.get_absolute_url(), "todos/item.html", {"todo": todo})


@requires("todos.write")
@require_POST
def tick_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a to-do as done."""
    todos = Todo.objects.visible_to(request.user).filter(pk=pk)
    todos.tick_off()
    return _toggled(request, todos, "Ticked off")


@requires("todos.write")
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a to-do as not done."""
    todos = Todo.objects.visible_to(request.user).filter(pk=pk)
    todos.reopen()
    return _toggled(request, todos, "Reopened")


@requires("todos.write")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to delete a to-do, then do it and offer to undo it."""
    todo = _one(request, pk)
    if request.method != "POST":
        return _show(request, "todos/delete.html", {"todo": todo})
    Todo.objects.visible_to(request.user).filter(pk=pk).discard()
    back = todo.get_absolute_url()
    return _saved(request, f"Deleted “{_short(todo)}”.", back, "todos/deleted.html", {"todo": todo})


@requires("todos.write")
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the deletion of a to-do."""
    todos = Todo.objects.restorable_by(request.user).filter(pk=pk)
    todo = get_object_or_404(todos)
    todos.restore()
    messages.success(request, f"Brought back “{_short(todo)}”.")
    return redirect(todo)


def _one(request: HttpRequest, pk: int) -> Todo:
    return get_object_or_404(Todo.objects.visible_to(request.user).select_related("owner", "team"), pk=pk)


def _short(todo: Todo) -> str:
    return Truncator(todo.title).chars(60)


def _show(
    request: HttpRequest, part: str, context: dict[str, Any], *, page: str = "todos/page.html", status: int = 200
) -> HttpResponse:
    """Return the part alone to htmx, and the page around it to everybody else."""
    response = render(request, part if request.htmx else page, {**context, "part": part}, status=status)
    # The two share an address, and a cache must not give one for the other.
    patch_vary_headers(response, ("HX-Request",))
    return response


def _saved(
    request: HttpRequest, message: str, back: str, part: str, context: dict[str, Any], *, event: str = ""
) -> HttpResponse:
    """Answer a write: htmx gets the new part, a notice and an event for other parts, everybody else a redirect."""
    if not request.htmx:
        messages.success(request, message)
        return redirect(back)
    response = render(request, part, context)
    trigger_client_event(response, "foyer:notice", {"value": message})
    return trigger_client_event(response, event) if event else response


def _toggled(request: HttpRequest, todos: TodoQuerySet, verb: str) -> HttpResponse:
    todo = get_object_or_404(todos.select_related("team"))
    context = {"todo": todo, "counts": Todo.objects.visible_to(request.user).counts()}
    back = _page_before(request, todo)
    return _saved(request, f"{verb} “{_short(todo)}”.", back, "todos/toggled.html", context, event="todos:toggled")


def _page_before(request: HttpRequest, todo: Todo) -> str:
    """Return the page that the form stood on, with its filter and page number."""
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe else todo.get_absolute_url()
