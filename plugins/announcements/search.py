"""What of the announcements can be found: from the moment they begin, ended ones included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.api import SearchDocument, SearchType, markdown

from .models import Announcement

FOLLOWED = (Announcement,)
TYPES = {"announcement": SearchType("Announcements", "megaphone", order=120, api_type="announcements")}


def documents(refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """Give the announcements, or those of ``refs``."""
    found = Announcement.objects.order_by("pk")
    if refs is not None:
        found = found.filter(pk__in=[ref for ref in refs if ref.isdecimal()])
    for one in found.iterator(chunk_size=500):
        yield SearchDocument(
            ref=str(one.pk),
            type="announcement",
            title=one.title,
            url=one.get_absolute_url(),
            text=markdown.to_text(one.text),
            keywords=(one.get_severity_display(),),
            permission="announcements.read",
            not_before=one.starts_at,
        )
