"""How long answers of the search API may be given again."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone

from plugins.search.models import Document
from plugins.search.revision import LONGEST_SECONDS, seconds_until_more
from portal.api import SearchSource

from .case import SearchTestCase, note


class KeptAnswersTest(SearchTestCase):
    def test_an_answer_is_good_until_the_next_document_begins_to_be_found(self) -> None:
        self.index(note("1", "Zeppelin"))
        self.assertEqual(seconds_until_more(), LONGEST_SECONDS)
        now = timezone.now()
        self.index(
            note("2", "Zeppelin soon", not_before=now + timedelta(seconds=20)),
            note("3", "Zeppelin later", not_before=now + timedelta(seconds=40)),
        )
        self.assertTrue(10 < seconds_until_more() <= 20)
        with patch("plugins.search.revision.timezone.now", lambda: now + timedelta(seconds=25)):
            self.assertEqual(round(seconds_until_more()), 15)

    def test_what_a_plugin_narrows_by_data_of_its_own_is_not_kept(self) -> None:
        self.index(note("1", "Zeppelin"), label="todos")
        client = self.client_of(self.bob)
        self.assertNotIn("no-store", client.get("/api/search/query?term=zeppelin")["Cache-Control"])
        narrowed = Document.objects.filter(ref="1").values_list("ref", flat=True)
        with patch.object(SearchSource, "visible_to", lambda source, user: narrowed):
            self.assertIn("no-store", client.get("/api/search/query?term=zeppelin")["Cache-Control"])
