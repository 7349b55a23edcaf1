from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from portal.plugin import requires

from .models import Note

router = Router()


class NoteIn(Schema):
    """A note to add."""

    text: str = Field(min_length=1, max_length=200)


class NoteOut(Schema):
    """A note as the API shows it."""

    id: int
    text: str


@router.get("/notes", response=list[NoteOut])
@requires("healthy.read")
def list_notes(request: HttpRequest) -> Any:
    """List everyone's notes."""
    return Note.objects.order_by("pk")


@router.post("/notes", response={201: NoteOut})
@requires("healthy.write")
def add_note(request: HttpRequest, note: NoteIn) -> Any:
    """Add a note."""
    return Status(201, Note.objects.create(text=note.text, author=request.user))


@router.get("/notes/{pk}", response=NoteOut)
@requires("healthy.read")
def read_note(request: HttpRequest, pk: int) -> Any:
    """Return one note."""
    return get_object_or_404(Note, pk=pk)
