from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from portal.api import Pages
from portal.plugin import requires

from .models import Announcement, AnnouncementQuerySet

router = Router(tags=["Announcements"])


class AnnouncementOut(Schema):
    """An announcement. ``text`` is markdown, ``html`` the same made safe to show."""

    id: int
    title: str
    text: str
    html: str
    severity: Literal["danger", "warning", "info", "ok"]
    pinned: bool
    starts_at: datetime
    ends_at: datetime | None
    dismissed: bool = Field(alias="is_dismissed")


@router.get("/announcements", response=list[AnnouncementOut])
@paginate(Pages)
@requires("announcements.read")
def list_announcements(request: HttpRequest, show: Literal["current", "past"] = "current") -> AnnouncementQuerySet:
    """List what holds now or what has ended, pinned ones first, then the newest."""
    announcements = Announcement.objects.past() if show == "past" else Announcement.objects.current()
    return announcements.for_user(request.user)


@router.get("/announcements/{int:announcement_id}", response=AnnouncementOut)
@requires("announcements.read")
def get_announcement(request: HttpRequest, announcement_id: int) -> Announcement:
    """Return one announcement that has begun."""
    return get_object_or_404(Announcement.objects.published().for_user(request.user), pk=announcement_id)


@router.put("/announcements/{int:announcement_id}/dismissal", response={204: None})
@requires("announcements.read")
def dismiss(request: HttpRequest, announcement_id: int) -> Status[None]:
    """Take one off your home page."""
    get_object_or_404(Announcement.objects.current(), pk=announcement_id).dismiss_for(request.user)
    return Status(204, None)


@router.delete("/announcements/{int:announcement_id}/dismissal", response={204: None})
@requires("announcements.read")
def restore(request: HttpRequest, announcement_id: int) -> Status[None]:
    """Put one back on your home page."""
    get_object_or_404(Announcement.objects.current(), pk=announcement_id).restore_for(request.user)
    return Status(204, None)
