from __future__ import annotations

from typing import Any

from portal.api import CardContext

from .models import Todo


def mine(card: CardContext) -> dict[str, Any]:
    """Return the user's most urgent open to-dos, as many as fit the card, and how many there are."""
    todos = Todo.objects.visible_to(card.user).shown_as("mine")
    return {"todos": todos[: card.rows], "count": todos.count(), "can_write": "todos.write" in card.permissions}
