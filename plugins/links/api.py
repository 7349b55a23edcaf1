from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from portal.api import Pages
from portal.plugin import requires

from .models import QuickLink, QuickLinkQuerySet

router = Router(tags=["Quick links"])


class QuickLinkOut(Schema):
    """A link for everybody or, when ``team`` names a group, for that group."""

    id: int
    title: str
    url: str
    description: str
    icon: str
    category: str
    team: str | None

    @staticmethod
    def resolve_team(link: QuickLink) -> str | None:
        """Return the name of its group."""
        return link.team.name if link.team else None


@router.get("/links", response=list[QuickLinkOut])
@paginate(Pages)
@requires("links.read")
def list_links(request: HttpRequest) -> QuickLinkQuerySet:
    """List the links for everybody and those of your teams, in their order."""
    return QuickLink.objects.visible_to(request.user).select_related("team")
