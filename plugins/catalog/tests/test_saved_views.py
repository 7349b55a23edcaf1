from __future__ import annotations

import re

from django.contrib.auth.models import Group
from django.db import connection

from plugins.catalog.lists.saved import MOST_VIEWS, SavedView
from plugins.catalog.tests.files import SMALL, fill
from portal.testing import PluginTestCase, person, take_from_everyone

STATE = "kind=component&tag=go&sort=-name&columns=system,tags"


class KeepingAList(PluginTestCase):
    """The small catalog; Bob and Cem are in a team, Dan is not, Eve may share with everyone."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        fill(**SMALL)
        cls.team = Group.objects.create(name="payments")
        cls.cem, cls.dan, cls.eve = person("cem"), person("dan"), person("eve", "catalog.share")
        cls.team.user_set.add(cls.bob, cls.cem)

    def page(self, url, who=None, status=200):
        response = self.client_of(who or self.bob).get(url)
        self.assertEqual(response.status_code, status)
        return response.content.decode()

    def headings(self, url="/catalog/", who=None):
        head = re.search(r"(?s)<thead>(.*?)</thead>", self.page(url, who))[1]
        return [re.sub(r"\s*<[^>]*>\s*", "", cell) for cell in re.findall(r"(?s)<th[^e](.*?)</th>", head)]

    def save(self, who=None, state=STATE, **data):
        return self.client_of(who or self.bob).post(
            "/catalog/views/save/", {"name": "Go services", "state": state, "shared": "me", **data}, follow=True
        )

    def tabs(self, who):
        return "Go services" in self.page("/catalog/", who)

    def test_columns_are_kept_for_the_person_and_the_list_comes_back(self):
        data = {"column": ["owner", "system", "nonsense"], "state": "kind=api&q=x&columns=type", "view": "7"}
        response = self.client_of(self.bob).post("/catalog/columns/", data)
        self.assertRedirects(response, "/catalog/?kind=api&q=x&view=7", fetch_redirect_response=False)
        self.assertIn(">System<", self.page("/catalog/"))
        self.assertNotIn("?sort=lifecycle", self.page("/catalog/"))
        self.assertIn("?sort=lifecycle", self.page("/catalog/", self.dan))

    def test_the_address_has_the_last_word_on_columns(self):
        html = self.page("/catalog/?columns=tags,nonsense,namespace")
        self.assertIn('<span class="tag">audited</span>', html)
        self.assertNotIn("?columns=tags%2Cnonsense%2Cnamespace&amp;sort=owner", html)

    def test_one_line_a_row_leaves_descriptions_out(self):
        self.assertIn("<small", self.page("/catalog/"))
        self.client_of(self.bob).post("/catalog/columns/", {"compact": "1", "column": "owner"})
        self.assertNotIn("<small", self.page("/catalog/"))

    def test_without_script_the_choice_leads_to_a_form_with_a_token(self):
        html = self.page("/catalog/columns/?column=tags&state=kind%3Dapi")
        self.assertIn("csrfmiddlewaretoken", html)
        self.assertInHTML('<input type="checkbox" id="catalog-column-tags" name="column" value="tags" checked>', html)
        self.assertIn('href="/catalog/?kind=api"', html)

    def test_the_list_carries_no_token_so_that_it_is_not_sent_again(self):
        self.save()
        client = self.client_of(self.bob)
        first = client.get("/catalog/")
        self.assertNotContains(first, "csrfmiddlewaretoken")
        self.assertEqual(client.get("/catalog/", headers={"If-None-Match": first["ETag"]}).status_code, 304)

    def test_a_saved_view_gives_the_list_back_in_one_click(self):
        html = self.save().content.decode()
        self.assertIn("Saved the view “Go services”.", html)
        link = re.search(r'href="([^"]*)" aria-current="page">.*?Go services', html)[1].replace("&amp;", "&")
        self.assertEqual(link, f"/catalog/?kind=component&columns=system,tags&tag=go&sort=-name&view={self.only().pk}")
        html = self.page(link)
        self.assertIn("1 component", html)
        self.assertIn("Edit view", html)

    def only(self):
        return SavedView.objects.get()

    def test_the_button_carries_kind_filters_text_order_and_columns(self):
        html = self.page("/catalog/?kind=all&tag=go&tag=audited&q=cent&sort=-updated&scope=owned&page=1&more=tag")
        asked = "kind=all&amp;scope=owned&amp;q=cent&amp;columns=lifecycle,type,owner,updated"
        self.assertIn(f'views/save/?{asked}&amp;tag=audited&amp;tag=go&amp;sort=-updated"', html)

    def test_a_view_that_was_left_can_be_brought_up_to_date(self):
        self.save()
        pk = self.only().pk
        html = self.page(f"/catalog/?kind=api&view={pk}")
        update = re.search(r'href="(/catalog/views/\d+/\?[^"]*)"', html)[1].replace("&amp;", "&")
        self.assertIn("From now on", self.page(update))
        state = update.partition("?")[2]
        self.client_of(self.bob).post(f"/catalog/views/{pk}/", {"name": "APIs", "state": state, "shared": "me"})
        self.assertEqual((self.only().name, self.only().query[:8]), ("APIs", "kind=api"))

    def test_a_view_is_renamed_without_changing_what_it_shows(self):
        self.save()
        before = self.only().query
        self.client_of(self.bob).post(
            f"/catalog/views/{self.only().pk}/", {"name": "Ours", "state": "", "shared": "me"}
        )
        self.assertEqual((self.only().name, self.only().query), ("Ours", before))

    def test_a_view_is_the_persons_own_until_it_is_shared(self):
        self.save()
        self.assertTrue(self.tabs(self.bob))
        self.assertFalse(self.tabs(self.cem))
        self.page(f"/catalog/views/{self.only().pk}/", self.cem, 404)

    def test_a_team_sees_and_changes_its_views_and_nobody_else_does(self):
        self.save(shared=f"team-{self.team.pk}")
        pk = self.only().pk
        self.assertTrue(self.tabs(self.cem))
        self.assertFalse(self.tabs(self.dan))
        self.page(f"/catalog/views/{pk}/", self.dan, 404)
        self.client_of(self.cem).post(f"/catalog/views/{pk}/delete/")
        self.assertFalse(SavedView.objects.exists())

    def test_only_ones_own_teams_can_be_chosen(self):
        answer = self.save(self.dan, shared=f"team-{self.team.pk}")
        self.assertContains(answer, "a team must be one of yours", status_code=422)

    def test_sharing_with_everyone_needs_the_permission(self):
        self.assertEqual(self.save(shared="everyone").status_code, 422)
        self.assertNotIn("Everyone", self.page("/catalog/views/save/"))
        self.save(self.eve, shared="everyone")
        self.assertTrue(self.tabs(self.dan))
        self.page(f"/catalog/views/{self.only().pk}/", self.bob, 404)
        self.page(f"/catalog/views/{self.only().pk}/", self.ann)

    def test_a_view_outlives_its_team_as_its_owners_own(self):
        self.save(shared=f"team-{self.team.pk}")
        self.team.delete()
        self.assertTrue(self.tabs(self.bob))
        self.assertFalse(self.tabs(self.cem))

    def test_deleting_asks_first(self):
        self.save()
        url = f"/catalog/views/{self.only().pk}/delete/"
        self.assertIn("is deleted for you", self.page(url))
        self.assertTrue(SavedView.objects.exists())
        self.assertContains(self.client_of(self.bob).post(url, follow=True), "Deleted the view “Go services”.")
        self.assertFalse(SavedView.objects.exists())

    def test_a_view_that_is_deleted_while_it_is_saved_stays_deleted(self):
        self.save()
        pk, client = self.only().pk, self.client_of(self.bob)

        def deleting(execute, sql, *context):
            if sql.startswith('UPDATE "catalog_savedview"'):
                SavedView.objects.all().delete()
            return execute(sql, *context)

        with connection.execute_wrapper(deleting):
            answer = client.post(f"/catalog/views/{pk}/", {"name": "Ours", "state": "", "shared": "me"})
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(SavedView.objects.exists())

    def test_all_views_are_on_one_page(self):
        self.assertIn("No views yet", self.page("/catalog/views/"))
        self.save(shared=f"team-{self.team.pk}")
        html = self.page("/catalog/views/", self.cem)
        self.assertIn("System, Tags", html)
        self.assertIn(f'href="/catalog/views/{self.only().pk}/"', html)

    def test_many_views_leave_the_row_of_tabs_short(self):
        for number in range(9):
            SavedView.objects.create(owner=self.bob, name=f"View {number}", query="kind=all")
        last = SavedView.objects.get(name="View 8")
        html = self.page(f"/catalog/?kind=all&view={last.pk}")
        self.assertEqual(re.findall(r"</svg>(View \d)</a>", html), ["View 0", "View 1", "View 2", "View 3", "View 8"])
        self.assertIn("4 more views", html)

    def test_what_is_wrong_with_a_view_is_said(self):
        self.assertContains(self.save(name=""), "Enter a name", status_code=422)
        self.assertContains(self.save(state="tag=" + "x" * 3000), "too long to be saved", status_code=422)
        SavedView.objects.bulk_create(SavedView(owner=self.bob, name="x", query="") for _ in range(MOST_VIEWS))
        self.assertContains(self.save(), "Delete one first", status_code=422)

    def test_nonsense_in_a_state_is_left_out(self):
        self.save(state="kind=%00&sort=nope&scope=x&columns=%00&q=%20&page=9")
        self.assertEqual(self.only().query, "kind=all")

    def test_who_may_not_see_the_catalog_keeps_nothing_of_it(self):
        take_from_everyone("catalog.read")
        for path in ("views/", "views/save/", "columns/"):
            self.page(f"/catalog/{path}", self.dan, 403)
