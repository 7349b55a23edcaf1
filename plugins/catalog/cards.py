"""The catalog's cards on the home page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, When

from plugins.catalog.lists.matching import owned_badly
from plugins.catalog.lists.wanted import ME
from plugins.catalog.models import Entity, Refresh
from plugins.catalog.people import references_of
from plugins.catalog.personal import Star, Visit
from plugins.catalog.visibility import problems_beside, visible_to
from portal.api import CardContext


def owned(card: CardContext) -> dict[str, Any]:
    """What the user's references own, and how many documents of theirs were rejected."""
    mine = references_of(card.user)
    components_first = Case(When(kind="Component", then=0), default=1)
    visible = visible_to(card.user)
    entities = visible.filter(owner_ref__in=mine).order_by(components_first, "sort_key", "ref")
    problems = problems_beside(visible).filter(owner_ref__in=mine).count()
    room = card.rows - bool(problems)
    return {
        "entities": entities.defer("data", "description")[:room],
        "count": entities.count(),
        "problems": problems,
        "me": ME,
    }


def starred(card: CardContext) -> dict[str, Any]:
    """What the user starred, the latest first."""
    refs = Star.refs_of(card.user)
    known = set(visible_to(card.user).filter(ref__in=refs).values_list("ref", flat=True))
    shown = [ref for ref in refs if ref in known]
    return {
        "entities": _in_order(card, shown[: card.rows]),
        "count": len(shown),
        "empty_icon": "star",
        "empty": "Press the star of a component, an API or anything else, and it stands here.",
    }


def visited(card: CardContext) -> dict[str, Any]:
    """What the user looked at last."""
    visits = dict(Visit.objects.filter(user=card.user).values_list("ref", "at"))
    entities = _in_order(card, visits)[: card.rows]
    for entity in entities:
        entity.at = visits[entity.ref]  # type: ignore[attr-defined]
    return {"entities": entities, "empty_icon": "eye", "empty": "The pages of the catalog that you open stand here."}


def health(card: CardContext) -> dict[str, Any]:
    """What is wrong with the catalog as a whole, as rows: words, number, where to look, how bad it is."""
    entities = visible_to(card.user)
    # As many as are on the page that each number leads to.
    problems = problems_beside(entities)
    stages = problems.order_by().values_list("stage").annotate(number=Count("pk")).order_by("-number", "stage")
    return {
        "stages": list(stages),
        "count": problems.count(),
        "unowned": owned_badly(entities, "none").count(),
        "unknown": owned_badly(entities, "unknown").count(),
        "refresh": Refresh.objects.filter(pk=1).first(),
    }


def _in_order(card: CardContext, refs: Iterable[str]) -> list[Entity]:
    refs = list(refs)
    found = {one.ref: one for one in visible_to(card.user).filter(ref__in=refs).defer("data", "description")}
    return [found[ref] for ref in refs if ref in found]


def recent(card: CardContext) -> dict[str, Any]:
    """What was added or changed last."""
    newest = list(
        visible_to(card.user)
        .exclude(kind="Location")
        .defer("data", "description")
        .order_by("-updated_at", "sort_key", "ref")[: card.rows]
    )
    for entity in newest:
        entity.at = entity.updated_at  # type: ignore[attr-defined]
    return {
        "entities": newest,
        "empty_icon": "history",
        "empty": "What is added to the catalog or changed in it stands here.",
    }
