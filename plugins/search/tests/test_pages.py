from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.search.models import Document
from portal.testing import plugin_disabled

from .case import SearchTestCase, note


class PageTest(SearchTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.bob)

    def notes(self, number: int) -> None:
        self.index(*(note(str(one), f"Harbour {one:02}", type="component") for one in range(number)))

    def test_results_stand_in_groups_with_counts(self) -> None:
        self.notes(7)
        self.index(note("d", "Harbour master", type="team"))
        response = self.client.get("/search/?q=harbour")
        self.assertContains(response, "8 results")
        self.assertContains(response, 'Components <span class="count">7</span>')
        self.assertContains(response, "View all 7")
        self.assertContains(response, 'Teams <span class="count">1</span>')

    def test_one_type_comes_in_pages(self) -> None:
        self.notes(30)
        first = self.client.get("/search/?q=harbour&type=component")
        self.assertContains(first, "row-link", count=25)
        self.assertContains(self.client.get("/search/?q=harbour&type=component&page=2"), "row-link", count=5)

    def test_what_is_found_is_marked_and_escaped(self) -> None:
        self.index(note("1", "<script>alert(1)</script> zeppelin", type="team", text="a <b>zeppelin</b>"))
        response = self.client.get("/search/?q=zepp")
        self.assertContains(response, "&lt;script&gt;")
        self.assertContains(response, "<mark>zepp</mark>elin")
        self.assertNotContains(response, "<script>alert")

    def test_the_query_is_escaped_where_it_is_shown(self) -> None:
        response = self.client.get("/search/", {"q": '"><img src=x onerror=alert(1)>'})
        self.assertNotContains(response, "<img")

    def test_the_box_in_the_top_bar_keeps_what_was_typed(self) -> None:
        self.assertContains(self.client.get("/search/?q=zeppelin"), 'value="zeppelin"')
        self.assertNotContains(self.client.get("/?q=zeppelin"), 'value="zeppelin"')

    def test_an_empty_query_and_one_without_a_word_are_explained(self) -> None:
        self.assertContains(self.client.get("/search/"), "Type a name")
        self.assertContains(self.client.get("/search/", {"q": "?!"}), "There is no word in this")

    def test_nothing_found_is_said(self) -> None:
        self.assertContains(self.client.get("/search/?q=zzzzqqqq"), "Nothing matches")
        self.assertContains(self.client.get("/search/suggest/?q=zzzzqqqq"), "Nothing matches")

    def test_suggestions_are_a_fragment_of_the_best_eight(self) -> None:
        self.notes(20)
        self.index(*(note(f"t{one}", f"Harbour team {one}", type="team") for one in range(20)))
        response = self.client.get("/search/suggest/?q=harb")
        self.assertNotContains(response, "<html")
        self.assertContains(response, "suggest-title", count=8)
        self.assertContains(response, "8 suggestions")

    def test_what_is_removed_while_it_is_found_leaves_all_others_in_their_groups(self) -> None:
        self.notes(2)
        self.index(note("t", "Harbour team", type="team"))

        def removed(execute: Any, sql: str, *rest: Any) -> Any:
            if sql.startswith("SELECT") and '"search_document"."id" IN' in sql:
                Document.objects.filter(title="Harbour 00").delete()
            return execute(sql, *rest)

        for address in ("/search/?q=harbour", "/search/suggest/?q=harbour"):
            with self.subTest(address):
                with connection.execute_wrapper(removed):
                    response = self.client.get(address)
                titles = {one.key: [row.plain_title for row in one.rows] for one in response.context["groups"]}
                self.assertEqual(titles, {"component": ["Harbour 01"], "team": ["Harbour team"]})
                self.notes(1)

    def test_the_number_of_queries_does_not_grow_with_the_results(self) -> None:
        self.notes(3)
        few = self.queries()
        self.notes(60)
        self.assertEqual(self.queries(), few)
        self.assertLessEqual(few, 12)

    def test_long_input_is_cut_and_said_so(self) -> None:
        self.assertContains(self.client.get("/search/", {"q": "harbour " * 60}), "Only the first 200 characters")

    def test_off_it_leaves_no_box(self) -> None:
        self.assertContains(self.client.get("/"), 'id="search"')
        with plugin_disabled("search"):
            self.assertNotContains(self.client.get("/"), 'id="search"')
            self.assertEqual(self.client.get("/search/").status_code, 404)

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.client.get("/search/?q=harbour")
        return sum("search_" in query["sql"] for query in captured)
