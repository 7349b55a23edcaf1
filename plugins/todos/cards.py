from __future__ import annotations

from typing import Any

from portal.api import CardContext

from .models import Todo


def mine(card: CardContext) -> dict[str, Any]:
    """Return the user's most urgent open to-dos, as many as fit the card, and how many there are."""
    return _open(card, "mine") | {"empty": "Your open to-dos stand here, the most urgent first."}


def team(card: CardContext) -> dict[str, Any]:
    """Return the most urgent open to-dos of the user's teams."""
    return _open(card, "team") | {"empty": "What your teams have to do stands here, the most urgent first."}


def _open(card: CardContext, shown: str) -> dict[str, Any]:
    todos = Todo.objects.visible_to(card.user).shown_as(shown)
    can_write = "todos.write" in card.permissions
    return {"name": shown, "todos": todos[: card.rows], "count": todos.count(), "can_write": can_write}
