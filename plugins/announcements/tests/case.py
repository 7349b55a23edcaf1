from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plugins.announcements.models import Announcement
from portal.testing import PluginTestCase

HTMX = {"HX-Request": "true"}


class AnnouncementsTestCase(PluginTestCase):
    """With Bob signed in."""

    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.bob)

    def announcement(
        self, title: str = "Maintenance", begins: float = -1, ends: float | None = None, **values: Any
    ) -> Announcement:
        """Make one that begins and ends so many hours from now."""
        now = timezone.now()
        return Announcement.objects.create(
            title=title,
            text=values.pop("text", "The **database** moves."),
            starts_at=now + timedelta(hours=begins),
            ends_at=None if ends is None else now + timedelta(hours=ends),
            **values,
        )

    def queries(self, url: str) -> int:
        """Count what Bob's request asks of the plugin's tables and of the accounts, not what the host asks besides."""
        # What the process keeps of a person is read with the first page.
        self.client.get(url)
        with CaptureQueriesContext(connection) as captured:
            self.assertEqual(self.client.get(url).status_code, 200)
        return sum('"announcements_' in query["sql"] or '"auth_' in query["sql"] for query in captured)
