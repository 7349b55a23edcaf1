"""Announcements of a believable week. What is there already stays as it is."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from .models import Announcement

Severity = Announcement.Severity

# Severity, pinned, days until it begins, days until it ends, title, text
ANNOUNCEMENTS = (
    (
        Severity.WARNING,
        True,
        -1,
        4,
        "Database maintenance on Saturday, 06:00 to 08:00 UTC",
        "The shared PostgreSQL moves to **version 17**. Services on it are read-only for up to ten minutes.\n\n"
        "Before Friday evening:\n\n"
        "1. check that your service retries failed writes\n"
        "2. pause batch jobs that run on Saturday morning\n\n"
        "Questions go to `#platform`.",
    ),
    (
        Severity.INFO,
        False,
        -2,
        None,
        "New services start from the golden path template",
        "The template brings CI, dashboards, alerts and a catalog entry. Existing services need not change.\n\n"
        "## What is in it\n\n"
        "| part | before | now |\n|---|---|---|\n| pipeline | copied | shared, versioned |\n"
        "| dashboard | by hand | from labels |",
    ),
    (
        Severity.OK,
        False,
        -3,
        3,
        "Build queue is back to normal",
        "Builds waited up to 25 minutes on Monday. Two runners had run out of disk space; their caches are now trimmed "
        "every night.",
    ),
    (
        Severity.INFO,
        False,
        -6,
        20,
        "Architecture review moves to Thursdays",
        "From next week the review is on Thursdays at 14:00. Proposals are due two days before, as a pull request.",
    ),
    (
        Severity.DANGER,
        False,
        -15,
        -14,
        "Checkout was unavailable for 18 minutes",
        "A certificate of the card processor had expired. The postmortem names what we change.",
    ),
)


def load() -> None:
    """Add the announcements that are missing."""
    author = get_user_model().objects.filter(username="ada").first()
    now = timezone.now()
    for severity, pinned, begins, ends, title, text in ANNOUNCEMENTS:
        Announcement.objects.get_or_create(
            title=title,
            defaults={
                "severity": severity,
                "pinned": pinned,
                "text": text,
                "author": author,
                "starts_at": now + timedelta(days=begins),
                "ends_at": None if ends is None else now + timedelta(days=ends),
            },
        )
