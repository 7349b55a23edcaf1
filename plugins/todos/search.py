"""What of the to-dos can be found: by their owner, and a team's by its members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.api import SearchDocument, SearchType

from .models import Todo

FOLLOWED = (Todo,)
TYPES = {"to-do": SearchType("To-dos", "list-checks", order=150)}


def documents(refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """Give the to-dos that are not deleted, or those of ``refs``."""
    found = Todo.objects.filter(deleted_at=None).select_related("team").order_by("pk")
    if refs is not None:
        found = found.filter(pk__in=[ref for ref in refs if ref.isdecimal()])
    for todo in found.iterator(chunk_size=500):
        yield SearchDocument(
            ref=str(todo.pk),
            type="to-do",
            title=todo.title,
            url=todo.get_absolute_url(),
            text=todo.notes,
            owner=todo.team.name if todo.team else "",
            permission="todos.read",
            audience=f"group:{todo.team_id}" if todo.team_id else f"user:{todo.owner_id}",
        )
