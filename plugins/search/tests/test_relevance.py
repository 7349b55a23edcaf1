from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command

from plugins.search.finding import Query, Search, scope_of
from plugins.search.indexing import refresh
from portal.api import SearchDocument
from portal.testing import PluginTestCase

from .case import given

CASES = json.loads((Path(__file__).parent / "relevance.json").read_text(encoding="utf-8"))
ANYTHING = True


class RelevanceTest(PluginTestCase):
    """What erin of the demo finds first. "first" is type and title; null means nothing, true means anything."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        call_command("demo", verbosity=0)
        documents = [SearchDocument(type="entity", url="/", **one) for one in CASES["documents"]]
        refresh(given(*documents), [one.ref for one in documents])
        cls.erin: Any = get_user_model().objects.get(username="erin")

    def test_the_first_result_is_the_one_meant(self) -> None:
        scope = scope_of(self.erin)
        for case in CASES["queries"]:
            with self.subTest(case["query"]):
                ranked = Search(Query.of(case["query"]), scope).ranked
                first = f"{ranked[0].found.type} {ranked[0].found.title}" if ranked else None
                self.assertEqual(bool(ranked) if case["first"] is ANYTHING else first, case["first"])

    def test_there_are_sixty_queries_at_least(self) -> None:
        self.assertGreaterEqual(len(CASES["queries"]), 60)
