from __future__ import annotations

from typing import Any

from django.http import Http404

from portal.api import CardContext

from .models import Note


def notes(card: CardContext) -> dict[str, Any]:
    """Return the user's own notes."""
    mine = Note.objects.filter(author=card.user)
    return {"notes": mine[: card.rows], "count": mine.count()}


def note(user: Any, value: str) -> Note:
    """Resolve the argument of the slots on a note's page: people see their own notes."""
    found = Note.objects.filter(author=user, pk=value).first() if value.isdigit() else None
    if found is None:
        raise Http404("There is no such note.")
    return found


def author(card: CardContext) -> dict[str, Any]:
    """Return who wrote the note."""
    return {"author": card.argument.author.get_username()}
