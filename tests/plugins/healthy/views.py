from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.plugin import public, requires

from .models import Note


@requires("healthy.read")
def index(request: HttpRequest) -> HttpResponse:
    """List everyone's notes."""
    return render(request, "healthy/index.html", {"notes": Note.objects.select_related("author")})


@require_POST
@requires("healthy.write")
def add(request: HttpRequest) -> HttpResponse:
    """Add a note."""
    Note.objects.create(text=request.POST.get("text", "")[:200], author=request.user)
    return redirect("healthy:index")


@public
def about(request: HttpRequest) -> HttpResponse:
    """Say what this is, to anyone."""
    return HttpResponse("Notes for everyone.")


def history(request: HttpRequest) -> HttpResponse:
    """Open to whoever holds any permission of the plugin."""
    return HttpResponse("Nothing happened.")


@requires("healthy.read")
async def later(request: HttpRequest) -> HttpResponse:
    """A page that is a coroutine."""
    return HttpResponse("Here it is.")


@requires("healthy.read")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one note with what other plugins say about it."""
    return render(request, "healthy/note.html", {"note": get_object_or_404(Note, pk=pk, author=request.user)})
