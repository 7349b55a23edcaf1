from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.catalog.models import Entity, Problem
from plugins.catalog.tests.files import SMALL, component, fill, group
from portal.testing import PluginTestCase, render_card, take_from_everyone

LONG = "long-title " * 18


class CatalogPages(PluginTestCase):
    """Three components, one of them broken, two teams; Bob is in payments."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        fill(
            **SMALL,
            d_beta=component("beta", metadata=f"  title: {LONG}\n  tags: [go]").replace("production", "experimental"),
            e_broken=component("broken").replace("  type: service\n", ""),
            f_again=component("ledger"),
        )

    def page(self, url, who=None, status=200):
        response = self.client_of(who or self.bob).get(url)
        assert response.status_code == status, response.status_code
        return response.content.decode()

    def names(self, html):
        return re.findall(r'<a class="row-link"[^>]*>([^<]*)</a>', html)

    def test_the_list_shows_components_with_their_number_in_words(self):
        html = self.page("/catalog/")
        self.assertEqual(self.names(html), ["ledger", LONG.strip(), "shop"])
        self.assertInHTML("<p data-say>3 components</p>", html)

    def test_every_kind_is_one_click_away_with_its_count(self):
        html = self.page("/catalog/")
        self.assertRegex(html, r'href="/catalog/\?kind=group[^"]*"\s*>Groups<span class="count">1</span>')
        self.assertEqual(self.names(self.page("/catalog/?kind=user")), ["bob"])
        self.assertEqual(len(self.names(self.page("/catalog/?kind=all"))), 6)

    def test_facets_count_under_the_other_filters_and_keep_their_own_alternatives(self):
        html = self.page("/catalog/?lifecycle=production")
        self.assertRegex(html, r'aria-current="true"\s*>production<span class="count">2</span>')
        self.assertRegex(html, r">experimental<span class=\"count\">1</span>")
        self.assertRegex(html, r">go<span class=\"count\">1</span>")

    def test_values_of_a_facet_are_alternatives_and_facets_narrow_each_other(self):
        both = self.page("/catalog/?lifecycle=production&lifecycle=experimental&tag=go")
        self.assertEqual(self.names(both), ["ledger", LONG.strip()])
        self.assertEqual(self.names(self.page("/catalog/?tag=go&tag=audited&lifecycle=production")), ["ledger"])

    def test_the_text_filter_needs_every_word_somewhere(self):
        self.assertEqual(self.names(self.page("/catalog/?q=cent+LEDG")), ["ledger"])
        self.assertEqual(self.names(self.page("/catalog/?q=cent+shop")), [])

    def test_each_active_filter_is_a_chip_that_removes_it(self):
        html = self.page("/catalog/?q=e&owner=group:default/payments&page=2")
        self.assertIn("Owner: Payments team", html)
        self.assertIn('class="chip" href="?q=e"', html)
        self.assertIn("Text: e", html)
        self.assertIn("Clear all", html)

    def test_an_empty_result_names_the_filter_that_excludes_most(self):
        html = self.page("/catalog/?q=nothing-like-it&lifecycle=experimental")
        self.assertIn("without it there is 1 component", html)
        self.assertIn("Remove the text", html)
        self.assertIn("Show every kind", self.page("/catalog/?kind=resource&owner=group:default/payments"))

    def test_headers_sort_and_sort_back(self):
        html = self.page("/catalog/?sort=-name")
        self.assertEqual(self.names(html), ["shop", LONG.strip(), "ledger"])
        self.assertIn('aria-sort="descending"', html)
        self.assertIn('href="?sort=name"', html)
        self.assertEqual(self.names(self.page("/catalog/?sort=lifecycle"))[0], LONG.strip())

    def test_mine_are_those_of_my_direct_groups(self):
        self.assertEqual(self.names(self.page("/catalog/?owner=me")), ["ledger", LONG.strip()])
        self.assertEqual(self.names(self.page("/catalog/?owner=me", self.ann)), [])

    def test_nonsense_in_the_address_is_left_out(self):
        for query in ("page=x&sort=nope&kind=%00", "page=99999999999", "owner=%00", "tag=", "q=%00%20", "more=nope"):
            with self.subTest(query):
                self.page(f"/catalog/?{query}")

    def test_an_owner_outside_the_catalog_is_text(self):
        html = self.page("/catalog/default/component/shop/")
        self.assertIn("group:absent-team (not in the catalog)", html)
        self.assertIn("resource:gone (not in the catalog)", html)
        self.assertNotIn("/catalog/default/group/absent-team/", html)

    def test_the_entity_page_shows_owner_relations_source_and_tags(self):
        html = self.page("/catalog/default/component/ledger/")
        self.assertInHTML("<h1 title='ledger'>ledger</h1>", html)
        self.assertIn('href="/catalog/default/group/payments/"', html)
        self.assertIn('href="/catalog/default/component/shop/"', html)
        self.assertIn("Needed by", html)
        self.assertIn("b_ledger.yaml:1", html)
        self.assertIn("tag=audited", html)
        self.assertIn('data-copy="component:default/ledger"', html)

    def test_a_problem_with_its_reference_stands_above_the_entity(self):
        html = self.page("/catalog/default/component/ledger/")
        self.assertIn("already defined in b_ledger.yaml", html)
        self.assertIn("f_again.yaml:1", html)

    def test_references_are_found_in_any_casing(self):
        self.page("/catalog/Default/COMPONENT/Ledger/")

    def test_an_unknown_entity_is_not_found(self):
        for path in ("default/component/absent", "default/nothing/ledger", "default/component/a%00b"):
            self.page(f"/catalog/{path}/", status=404)
        self.page("/catalog/default/component/ledger/definition/", status=404)

    def test_the_raw_tab_shows_yaml_and_json(self):
        self.assertIn("kind: Component", self.page("/catalog/default/component/ledger/raw/"))
        self.assertIn(
            "&quot;kind&quot;: &quot;Component&quot;", self.page("/catalog/default/component/ledger/raw/?format=json")
        )

    def test_the_problems_page_shows_file_line_reason_and_fix(self):
        html = self.page("/catalog/problems/")
        self.assertIn("e_broken.yaml:6:1", html)
        self.assertIn("/spec must have required property &#x27;type&#x27;", html)
        self.assertIn("Add &quot;type: service&quot; under spec.", html)
        self.assertInHTML("<p>2 problems</p>", html)
        self.assertInHTML("<p>1 problem</p>", self.page("/catalog/problems/?stage=kind"))
        self.assertIn("None of these are yours", self.page("/catalog/problems/?owner=me", self.ann))

    def test_problems_lead_to_the_entity_they_are_about_and_to_its_owner_where_there_are_pages(self):
        html = self.page("/catalog/problems/")
        self.assertInHTML('<a href="/catalog/default/component/ledger/">component:ledger</a>', html)
        self.assertInHTML('<a href="/catalog/default/group/payments/">group:payments</a>', html, count=2)
        self.assertInHTML('<dd class="mono small">component:broken</dd>', html)

    def test_that_none_of_the_problems_are_mine_says_nothing_of_others(self):
        html = self.page("/catalog/problems/?owner=me", self.ann)
        self.assertNotIn("Every document that was read is an entity", html)

    def test_pages_take_a_handful_of_queries(self):
        client = self.client_of(self.bob)
        for path in ("/catalog/?kind=all", "/catalog/default/component/ledger/", "/catalog/problems/"):
            client.get(path)
            with self.subTest(path), CaptureQueriesContext(connection) as queries:
                client.get(path)
            self.assertLessEqual(len(queries), 20, path)

    def test_more_rows_take_no_more_queries(self):
        client = self.client_of(self.bob)
        counts = []
        for names in (("x1",), ("x1", "x2", "x3", "x4", "x5")):
            documents = (component(name, owner=f"team-{name}") + "---\n" + group(f"team-{name}") for name in names)
            fill(a="---\n".join(documents))
            client.get("/catalog/?kind=all")
            with CaptureQueriesContext(connection) as queries:
                client.get("/catalog/?kind=all")
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_a_stranger_gets_the_login_page(self):
        for path in ("/catalog/", "/catalog/problems/", "/catalog/default/component/ledger/"):
            self.assertEqual(self.client.get(path).status_code, 302)

    def test_without_the_permission_nothing_is_shown(self):
        take_from_everyone("catalog.read")
        for path in ("/catalog/", "/catalog/problems/", "/catalog/default/component/ledger/", "/api/catalog/entities"):
            self.assertEqual(self.client_of(self.bob).get(path).status_code, 403)

    def test_only_those_who_may_read_the_files_again(self):
        self.assertEqual(self.client_of(self.bob).post("/catalog/refresh/").status_code, 403)
        self.assertNotIn("Read again", self.page("/catalog/problems/"))
        self.assertIn("Read again", self.page("/catalog/problems/", self.ann))

    def test_an_admin_reads_the_configured_files_again(self):
        response = self.client_of(self.ann).post("/catalog/refresh/", follow=True)
        self.assertContains(response, "entities added")
        self.assertTrue(Entity.objects.filter(ref="component:default/payment-service").exists())

    def test_the_card_of_mine_shows_lifecycle_and_problems(self):
        outcome = render_card("catalog.owned", self.bob)
        self.assertEqual(outcome.state, "ready")
        self.assertEqual(outcome.content.count, 2)
        self.assertIn("ledger", outcome.content.html)
        self.assertIn("production", outcome.content.html)
        self.assertIn("2 documents could not be read", outcome.content.html)

    def test_the_card_of_somebody_who_owns_nothing_says_so(self):
        outcome = render_card("catalog.owned", self.ann)
        self.assertIn("What you or your teams own", outcome.content.html)

    def test_the_card_of_recent_changes_shows_names(self):
        self.assertIn("ledger", render_card("catalog.recent", self.bob).content.html)

    def test_the_admin_looks_and_does_not_touch(self):
        client = self.client_of(self.ann)
        self.assertContains(client.get("/admin/catalog/entity/"), "component:default/ledger")
        self.assertContains(client.get("/admin/catalog/problem/"), "e_broken.yaml")
        self.assertEqual(client.get("/admin/catalog/entity/add/").status_code, 403)
        self.assertEqual(client.post(f"/admin/catalog/problem/{Problem.objects.first().pk}/delete/").status_code, 403)


class HostileEntities(PluginTestCase):
    """What files say is shown as text."""

    def test_markup_and_scripts_stay_text(self):
        hostile = (
            "  title: <script>alert(1)</script>\n  description: '{{ request.user }} <img src=x onerror=alert(1)>'\n"
            "  links:\n    - url: javascript:alert(1)\n      title: Press\n    - url: https://example.com/a"
        )
        fill(a=component("evil", metadata=hostile))
        html = self.client_of(self.bob).get("/catalog/default/component/evil/").content.decode()
        self.assertNotIn("<script>alert", html)
        self.assertNotIn("<img", html)
        self.assertNotIn('href="javascript', html)
        self.assertIn("{{ request.user }}", html)
        self.assertIn('href="https://example.com/a"', html)


class EmptyCatalog(PluginTestCase):
    """Before anything was read."""

    def test_the_list_says_how_to_fill_it(self):
        self.assertContains(self.client_of(self.bob).get("/catalog/"), "Nothing in the catalog yet")
        self.assertContains(self.client_of(self.bob).get("/catalog/?kind=all"), "catalog.locations")

    def test_the_problems_page_has_none(self):
        self.assertContains(self.client_of(self.bob).get("/catalog/problems/"), "No problems")
