"""The catalog's cards on the home page."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, When

from plugins.catalog.browse import ME
from plugins.catalog.models import Problem
from plugins.catalog.people import references_of
from plugins.catalog.visibility import visible_to
from portal.api import CardContext


def owned(card: CardContext) -> dict[str, Any]:
    """What the user's references own, and how many documents of theirs were rejected."""
    mine = references_of(card.user)
    components_first = Case(When(kind="Component", then=0), default=1)
    entities = visible_to(card.user).filter(owner_ref__in=mine).order_by(components_first, "sort_key", "ref")
    problems = Problem.objects.filter(owner_ref__in=mine).count()
    room = card.rows - bool(problems)
    return {
        "entities": entities.defer("data", "description")[:room],
        "count": entities.count(),
        "problems": problems,
        "me": ME,
    }


def recent(card: CardContext) -> dict[str, Any]:
    """What was added or changed last."""
    newest = visible_to(card.user).defer("data", "description").order_by("-updated_at", "sort_key", "ref")
    return {"entities": newest[: card.rows]}
