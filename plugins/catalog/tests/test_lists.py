from __future__ import annotations

import csv
import json
import re
from io import StringIO

import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog import exports
from plugins.catalog.personal import MOST_VISITS, Star, Visit
from plugins.catalog.tests.files import SMALL, component, fill
from portal.testing import PluginTestCase, render_card, take_from_everyone

LEDGER = "/catalog/default/component/ledger/"


class Lists(PluginTestCase):
    """Three components of two owners, one of whom is not in the catalog, and one that a spreadsheet might run."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        fill(
            **SMALL,
            d=component("sum", metadata="  title: =1+1\n  description: 'one, \"two\"'"),
            e=component("broken").replace("  type: service\n", ""),
        )

    def names(self, url, who=None):
        html = self.client_of(who or self.bob).get(url).content.decode()
        return re.findall(r'<a class="row-link"[^>]*>([^<]*)</a>', html)

    def exported(self, form, query=""):
        response = self.client_of(self.bob).get(f"/catalog/export.{form}?{query}")
        self.assertEqual(response.status_code, 200)
        return b"".join(response.streaming_content).decode()

    def test_a_star_puts_the_entity_into_the_scope_and_the_card(self):
        client = self.client_of(self.bob)
        response = client.post(f"{LEDGER}star/", {"starred": "1"}, follow=True)
        self.assertContains(response, "Starred “ledger”.")
        self.assertContains(response, 'aria-pressed="true"')
        self.assertEqual(self.names("/catalog/?scope=starred"), ["ledger"])
        self.assertIn("ledger", render_card("catalog.starred", self.bob).content.html)
        self.assertEqual(self.names("/catalog/?scope=starred", self.ann), [])

    def test_a_star_is_taken_away_and_doing_it_twice_changes_nothing(self):
        client = self.client_of(self.bob)
        for starred, expected in (("1", 1), ("1", 1), ("0", 0), ("0", 0)):
            client.post(f"{LEDGER}star/", {"starred": starred})
            self.assertEqual(Star.objects.count(), expected)

    def test_htmx_gets_the_button_alone(self):
        response = self.client_of(self.bob).post(f"{LEDGER}star/", {"starred": "1"}, headers={"HX-Request": "true"})
        self.assertNotContains(response, "<html")
        self.assertContains(response, 'aria-pressed="true"')
        self.assertIn("foyer:notice", response["HX-Trigger"])

    def test_without_script_the_star_leads_to_a_form_with_a_token(self):
        client = self.client_of(self.bob)
        self.assertContains(client.get(LEDGER), f'action="{LEDGER}star/"')
        page = client.get(f"{LEDGER}star/?starred=1")
        self.assertContains(page, "csrfmiddlewaretoken")
        self.assertEqual(Star.objects.count(), 0)

    def test_what_one_may_not_see_one_cannot_star(self):
        take_from_everyone("catalog.read")
        self.assertEqual(self.client_of(self.bob).post(f"{LEDGER}star/", {"starred": "1"}).status_code, 403)

    def test_scopes_are_counted(self):
        html = self.client_of(self.bob).get("/catalog/").content.decode()
        self.assertRegex(html, r'>All<span class="count">3</span>')
        self.assertRegex(html, r'>Owned<span class="count">2</span>')
        self.assertRegex(html, r'>Starred<span class="count">0</span>')
        self.assertEqual(self.names("/catalog/?scope=owned"), ["=1+1", "ledger"])

    def test_who_starred_nothing_is_told_how(self):
        response = self.client_of(self.bob).get("/catalog/?scope=starred")
        self.assertContains(response, "Press the star of one, and it stands here.")
        self.assertContains(response, "Show those without a star, too")

    def test_where_two_filters_leave_nothing_each_all_of_them_can_be_cleared(self):
        response = self.client_of(self.bob).get("/catalog/?scope=starred&q=zzzz&columns=owner")
        self.assertContains(response, "Nothing matches these filters")
        self.assertContains(response, 'href="?columns=owner&amp;kind=all">Clear all')
        self.assertNotContains(response, "Nothing in the catalog yet")

    def test_a_filter_that_leaves_out_only_one_says_so_in_the_singular(self):
        client = self.client_of(self.bob)
        client.post(f"{LEDGER}star/", {"starred": "1"})
        response = client.get("/catalog/?scope=starred&q=zzzz")
        self.assertContains(response, "“zzzz” excludes most: without it there is 1 component.")

    def test_counts_follow_the_catalog(self):
        self.names("/catalog/")
        fill(x=component("one"), y=component("two"))
        self.assertContains(self.client_of(self.bob).get("/catalog/"), 'All<span class="count">2</span>')

    def test_a_second_look_counts_nothing_again(self):
        client = self.client_of(self.bob)
        client.get("/catalog/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/catalog/")
        self.assertEqual([one["sql"] for one in queries if "GROUP BY" in one["sql"]], [])

    def test_entities_whose_owner_is_not_in_the_catalog_are_found(self):
        self.assertEqual(self.names("/catalog/?ownership=unknown"), ["shop"])
        self.assertEqual(self.names("/catalog/?ownership=none"), [])

    def test_of_a_filter_the_first_values_count_and_the_page_says_so(self):
        client = self.client_of(self.bob)
        tags = "".join(f"&tag={number}" for number in range(49))
        for query, found, is_said in ((f"{tags}&tag=go", ["ledger"], False), (f"{tags}&tag=50&tag=go", [], True)):
            with self.subTest(is_said=is_said):
                self.assertEqual(self.names(f"/catalog/?kind=all{query}"), found)
                said = "The first 50 values of each filter count" in client.get(f"/catalog/?{query}").content.decode()
                self.assertEqual(said, is_said)

    def test_the_page_stays_small_whatever_is_chosen(self):
        chosen = "&".join(f"tag={number}" for number in range(600))
        self.assertLess(len(self.client_of(self.bob).get(f"/catalog/?{chosen}").content), 1_000_000)

    def test_csv_has_every_row_and_runs_nothing_in_a_spreadsheet(self):
        text = self.exported("csv", "kind=component&sort=-name")
        rows = list(csv.DictReader(StringIO(text, newline="")))
        self.assertEqual([row["name"] for row in rows], ["shop", "ledger", "sum"])
        self.assertEqual(rows[2]["title"], "'=1+1")
        self.assertEqual(rows[2]["description"], 'one, "two"')
        self.assertEqual(rows[1]["tags"], "audited go")
        self.assertEqual(text.count("\r\n"), 4)

    def test_json_and_yaml_hold_the_entities_as_the_api_gives_them(self):
        listed = json.loads(self.exported("json", "tag=go"))
        self.assertEqual([one["metadata"]["name"] for one in listed], ["ledger"])
        self.assertEqual(list(yaml.safe_load_all(self.exported("yaml", "tag=go"))), listed)
        self.assertEqual(json.loads(self.exported("json", "q=nothing-like-it")), [])

    def test_an_export_needs_the_permission_and_a_known_form(self):
        self.assertEqual(self.client_of(self.bob).get("/catalog/export.xml").status_code, 404)
        take_from_everyone("catalog.read")
        self.assertEqual(self.client_of(self.bob).get("/catalog/export.csv").status_code, 403)

    def test_visits_are_kept_the_latest_first(self):
        client = self.client_of(self.bob)
        for name in ("ledger", "shop", "ledger"):
            client.get(f"/catalog/default/component/{name}/")
        self.assertEqual(
            list(Visit.objects.values_list("ref", flat=True)), ["component:default/ledger", "component:default/shop"]
        )
        self.assertIn("shop", render_card("catalog.visited", self.bob).content.html)

    def test_neither_head_nor_a_prefetch_is_a_visit(self):
        client = self.client_of(self.bob)
        client.head(LEDGER)
        client.get(LEDGER, headers={"Sec-Purpose": "prefetch;prerender"})
        self.assertEqual(Visit.objects.count(), 0)

    def test_the_same_page_again_writes_nothing_and_answers_304(self):
        client = self.client_of(self.bob)
        etag = client.get(LEDGER)["ETag"]
        with CaptureQueriesContext(connection) as queries:
            again = client.get(LEDGER, headers={"If-None-Match": etag})
        self.assertEqual(again.status_code, 304)
        self.assertEqual([one["sql"] for one in queries if not one["sql"].startswith("SELECT")], [])

    def test_visits_are_bounded(self):
        for number in range(MOST_VISITS + 5):
            Visit.record(self.bob, f"component:default/c{number}")
        self.assertEqual(Visit.objects.filter(user=self.bob).count(), MOST_VISITS)
        self.assertEqual(Visit.objects.first().ref, f"component:default/c{MOST_VISITS + 4}")

    def test_the_health_card_is_for_those_who_may_read_the_files_again(self):
        html = render_card("catalog.health", self.ann).content.html
        self.assertIn("Owner not in the catalog", html)
        self.assertIn("Problems: kind", html)
        self.assertNotIn("Catalog health", self.client_of(self.bob).get("/").content.decode())


@given(st.text())
def test_a_cell_never_begins_like_a_formula_and_is_read_back(text):
    safe = exports.safe_cell(text)
    assert not safe.startswith(exports.FORMULA)
    assert safe.removeprefix("'") == text.removeprefix("'")
    if "\0" not in safe:
        assert next(csv.reader(StringIO(exports.line([safe, "x"]), newline=""))) == [safe, "x"]
