from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils import timezone

from plugins.announcements import demo
from plugins.announcements.models import Announcement, Dismissal
from portal.testing import person

from .case import AnnouncementsTestCase

ADD = "/admin/announcements/announcement/add/"


def form(**changed: Any) -> dict[str, Any]:
    """Return what the admin's form sends."""
    return {
        "title": "Maintenance",
        "text": "It moves.",
        "severity": "warning",
        "starts_at_0": "2026-12-01",
        "starts_at_1": "06:00:00",
        "ends_at_0": "2026-12-01",
        "ends_at_1": "08:00:00",
        **changed,
    }


class AdminTest(AnnouncementsTestCase):
    def test_it_remembers_who_wrote_it(self) -> None:
        response = self.client_of(self.ann).post(ADD, form())
        self.assertRedirects(response, "/admin/announcements/announcement/")
        one = Announcement.objects.get()
        self.assertEqual((one.author, one.summary), (self.ann, "It moves."))

    def test_who_edits_it_does_not_become_its_author(self) -> None:
        one = self.announcement(author=self.bob)
        self.client_of(self.ann).post(f"/admin/announcements/announcement/{one.pk}/change/", form())
        one.refresh_from_db()
        self.assertEqual((one.title, one.author), ("Maintenance", self.bob))

    def test_it_ends_after_it_begins(self) -> None:
        for time in ("06:00:00", "05:00:00"):
            response = self.client_of(self.ann).post(ADD, form(ends_at_1=time))
            self.assertContains(response, "Enter a moment after the one it begins at.")
        self.assertFalse(Announcement.objects.exists())

    def test_the_database_holds_to_that_too(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            self.announcement(begins=0, ends=-1)

    def test_it_is_found_by_when_it_holds(self) -> None:
        self.announcement("Holds")
        self.announcement("Comes", 1)
        self.announcement("Went", -5, ends=-1)
        for when, title in (("current", "Holds"), ("scheduled", "Comes"), ("past", "Went")):
            response = self.client_of(self.ann).get(f"/admin/announcements/announcement/?when={when}")
            self.assertEqual([one.title for one in response.context["cl"].result_list], [title])

    def test_writing_takes_the_models_permission(self) -> None:
        editor = person("editor")
        editor.is_staff = True
        editor.save()
        self.assertEqual(self.client_of(editor).post(ADD, form()).status_code, 403)
        editor.user_permissions.add(Permission.objects.get(codename="add_announcement"))
        self.client_of(editor).post(ADD, form())
        self.assertEqual(Announcement.objects.get().author, editor)

    def test_deleting_a_user_keeps_what_they_wrote_and_forgets_what_they_dismissed(self) -> None:
        one = self.announcement(author=self.bob)
        one.dismiss_for(self.bob)
        self.bob.delete()
        one.refresh_from_db()
        self.assertIsNone(one.author)
        self.assertFalse(Dismissal.objects.exists())


class DemoTest(AnnouncementsTestCase):
    def test_loading_twice_adds_nothing(self) -> None:
        demo.load()
        counts = Announcement.objects.counts()
        self.assertGreaterEqual(counts["current"], 3)
        self.assertTrue(Announcement.objects.current().filter(severity="warning").exists())
        demo.load()
        self.assertEqual(Announcement.objects.counts(), counts)

    def test_a_summary_follows_its_text(self) -> None:
        one = self.announcement(text="One.")
        one.text = "Two."
        one.ends_at = timezone.now() + timedelta(days=1)
        one.save()
        self.assertEqual(one.summary, "Two.")
