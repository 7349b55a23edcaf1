"""What of the quick links can be found: those for everybody, and a team's by its members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.api import SearchDocument, SearchType

from .models import QuickLink

FOLLOWED = (QuickLink,)
TYPES = {"link": SearchType("Links", "link", order=130)}


def documents(refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """Give the links, or those of ``refs``."""
    found = QuickLink.objects.select_related("team").order_by("pk")
    if refs is not None:
        found = found.filter(pk__in=[ref for ref in refs if ref.isdecimal()])
    for link in found.iterator(chunk_size=500):
        yield SearchDocument(
            ref=str(link.pk),
            type="link",
            title=link.title,
            url=link.url,
            text=link.description,
            keywords=(link.category,),
            owner=link.team.name if link.team else "",
            permission="links.read",
            audience=f"group:{link.team_id}" if link.team_id else "",
        )
