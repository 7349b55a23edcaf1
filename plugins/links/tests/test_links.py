from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.links import demo
from plugins.links.models import QuickLink
from portal.testing import PluginTestCase, person, plugin_disabled, render_card, take_from_everyone

ADMIN = "/admin/links/quicklink/"


class LinksTestCase(PluginTestCase):
    """Bob is in the team payments, Mallory in none."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.mallory = person("mallory")
        cls.payments = Group.objects.create(name="payments")
        cls.payments.user_set.add(cls.bob)

    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.bob)

    def link(self, title: str = "Dashboards", **values: Any) -> QuickLink:
        """Make a link for everybody, unless told otherwise."""
        values.setdefault("url", "https://grafana.example.com/")
        return QuickLink.objects.create(title=title, **values)


class PageTest(LinksTestCase):
    def test_links_stand_under_their_category_in_their_order(self) -> None:
        self.link("Second", category="Operations", position=2)
        self.link("Other", category="People", position=3)
        self.link("First", category="Operations", position=1)
        categories = self.client.get("/links/").context["categories"]
        self.assertEqual(
            {name: [link.title for link in links] for name, links in categories.items()},
            {"Operations": ["First", "Second"], "People": ["Other"]},
        )

    def test_a_teams_links_are_for_the_team(self) -> None:
        self.link("Console", team=self.payments)
        self.assertContains(self.client.get("/links/"), "Console")
        self.assertNotContains(self.client_of(self.mallory).get("/links/"), "Console")

    def test_an_admin_sees_on_the_page_what_is_theirs_like_anybody(self) -> None:
        self.link("Console", team=self.payments)
        self.assertNotContains(self.client_of(self.ann).get("/links/"), "Console")

    def test_it_says_when_there_are_none(self) -> None:
        self.assertContains(self.client.get("/links/"), "No links yet")

    def test_hostile_words_are_shown_literally(self) -> None:
        self.link("<script>", description='"><img src=x>', category="<b>")
        response = self.client.get("/links/")
        for words in ("&lt;script&gt;", "&quot;&gt;&lt;img src=x&gt;", "&lt;b&gt;"):
            self.assertContains(response, words)

    def test_the_number_of_queries_does_not_grow_with_the_list(self) -> None:
        def queries() -> int:
            # What the process keeps of a person is read with the first page.
            self.client.get("/links/")
            with CaptureQueriesContext(connection) as captured:
                self.client.get("/links/")
            return sum('"links_' in query["sql"] or '"auth_' in query["sql"] for query in captured)

        self.link(team=self.payments)
        few = queries()
        for number in range(20):
            self.link(f"Number {number}", team=self.payments, category=f"Category {number}")
        self.assertEqual(queries(), few)
        self.assertLessEqual(few, 5)

    def test_those_who_manage_links_find_the_way(self) -> None:
        self.assertNotContains(self.client.get("/links/"), "Manage links")
        self.assertContains(self.client_of(self.ann).get("/links/"), "Manage links")


class CardTest(LinksTestCase):
    def test_it_shows_as_many_as_fit_and_counts_them_all(self) -> None:
        for number in range(12):
            self.link(f"Number {number}", position=number)
        content = render_card("links.quick", self.bob).content
        self.assertEqual(content.html.count('class="row"'), 8)
        self.assertEqual(content.count, 12)

    def test_it_shows_the_icon_of_each_link(self) -> None:
        self.link(icon="siren")
        self.assertIn("#siren", render_card("links.quick", self.bob).content.html)

    def test_it_shows_no_links_of_other_teams(self) -> None:
        self.link("Console", team=self.payments)
        content = render_card("links.quick", self.mallory).content
        self.assertNotIn("Console", content.html)
        self.assertEqual(content.count, 0)

    def test_it_says_when_there_are_none(self) -> None:
        self.assertIn("An admin adds them", render_card("links.quick", self.bob).content.html)

    def test_it_stands_on_the_home_page(self) -> None:
        self.link()
        self.assertContains(self.client.get("/"), "https://grafana.example.com/")


class AccessTest(LinksTestCase):
    def test_a_stranger_is_sent_to_sign_in(self) -> None:
        self.client.logout()
        self.assertRedirects(self.client.get("/links/"), "/accounts/login/?next=/links/")

    def test_without_the_permission_there_is_no_page_and_no_card(self) -> None:
        self.link()
        take_from_everyone("links.read")
        self.assertEqual(self.client.get("/links/").status_code, 403)
        self.assertEqual(self.client.get("/api/links/links").status_code, 403)
        self.assertNotContains(self.client.get("/"), "Quick links")

    def test_it_is_gone_while_it_is_off(self) -> None:
        with plugin_disabled("links"):
            self.assertEqual(self.client.get("/links/").status_code, 404)
            self.assertEqual(self.client.get("/api/links/links").status_code, 404)
            self.assertNotContains(self.client.get("/"), "Quick links")


class ApiTest(LinksTestCase):
    def test_it_lists_everybodys_and_the_teams_links_in_their_order(self) -> None:
        self.link("Console", team=self.payments, position=2)
        self.link("Dashboards", position=1)
        body = self.client.get("/api/links/links").json()
        self.assertEqual(
            [(one["title"], one["team"]) for one in body["items"]], [("Dashboards", None), ("Console", "payments")]
        )
        self.assertEqual(self.client_of(self.mallory).get("/api/links/links").json()["count"], 1)

    def test_a_stranger_is_told_to_sign_in(self) -> None:
        self.client.logout()
        self.assertEqual(self.client.get("/api/links/links").status_code, 401)


class AdminTest(LinksTestCase):
    def add(self, **changed: Any) -> Any:
        values = {"title": "Logs", "url": "https://logs.example.com/", "icon": "file-text", "category": "Operations"}
        return self.client_of(self.ann).post(f"{ADMIN}add/", {**values, "position": 10, **changed})

    def test_an_admin_adds_a_link(self) -> None:
        self.assertRedirects(self.add(team=self.payments.pk), ADMIN)
        self.assertEqual(QuickLink.objects.get().team, self.payments)

    def test_an_icon_that_the_portal_lacks_is_refused(self) -> None:
        self.assertContains(self.add(icon="unicorn"), "unicorn is not one of the available choices")

    def test_an_address_that_is_not_https_is_refused(self) -> None:
        self.assertContains(self.add(url="javascript:alert(1)"), "Enter an address that begins with https://")

    def test_a_user_has_no_business_there(self) -> None:
        self.assertEqual(self.client.get(ADMIN).status_code, 302)


class DemoTest(LinksTestCase):
    def test_loading_twice_adds_nothing(self) -> None:
        demo.load()
        count = QuickLink.objects.count()
        self.assertGreaterEqual(QuickLink.objects.visible_to(self.bob).count(), 8)
        demo.load()
        self.assertEqual(QuickLink.objects.count(), count)

    def test_every_link_of_the_demo_is_valid(self) -> None:
        demo.load()
        for link in QuickLink.objects.all():
            link.full_clean()
