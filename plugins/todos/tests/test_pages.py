from __future__ import annotations

from portal.testing import plugin_disabled, take_from_everyone

from .case import HTMX, TodosTestCase


class ListTest(TodosTestCase):
    def titles(self, query: str = "") -> list[str]:
        response = self.client.get(f"/todos/{query}")
        self.assertEqual(response.status_code, 200)
        return [todo.title for todo in response.context["page_obj"]]

    def test_it_begins_with_the_users_own_open_to_dos(self) -> None:
        self.todo("Mine")
        self.todo("Team's", team=self.payments)
        self.todo("Done", done=True)
        self.assertEqual(self.titles(), ["Mine"])

    def test_team_lists_what_is_open_in_the_users_teams(self) -> None:
        self.todo("Mine")
        self.todo("Eve's for the team", owner=self.eve, team=self.payments)
        self.todo("Other team's", owner=self.mallory, team=self.platform)
        self.assertEqual(self.titles("?show=team"), ["Eve's for the team"])

    def test_done_lists_what_is_done_the_latest_first(self) -> None:
        self.todo("First", done=True)
        self.todo("Second", done=True, team=self.payments)
        self.todo("Open")
        self.assertEqual(self.titles("?show=done"), ["Second", "First"])

    def test_an_unknown_list_is_the_users_own(self) -> None:
        self.todo("Mine")
        self.assertEqual(self.titles("?show=everything"), ["Mine"])

    def test_the_most_urgent_comes_first_and_what_has_no_date_last(self) -> None:
        self.todo("No date")
        self.todo("Later", days=5)
        self.todo("Sooner", days=1)
        self.assertEqual(self.titles(), ["Sooner", "Later", "No date"])

    def test_to_dos_of_others_are_not_listed(self) -> None:
        self.todo("Eve's own", owner=self.eve)
        for show in ("mine", "team", "done"):
            self.assertEqual(self.titles(f"?show={show}"), [])

    def test_who_leaves_a_team_no_longer_sees_its_to_dos(self) -> None:
        self.todo("Team's", team=self.payments)
        self.payments.user_set.remove(self.bob)
        self.assertEqual(self.titles("?show=team"), [])

    def test_it_says_in_words_what_is_overdue_and_what_is_due_today(self) -> None:
        self.todo(days=-1)
        self.todo(days=0)
        response = self.client.get("/todos/")
        self.assertContains(response, "Overdue", 1)
        self.assertContains(response, "Due today", 1)

    def test_what_is_done_is_not_overdue(self) -> None:
        self.todo(days=-1, done=True)
        self.assertNotContains(self.client.get("/todos/?show=done"), "Overdue")

    def test_an_empty_list_says_what_would_be_there(self) -> None:
        self.assertContains(self.client.get("/todos/"), "Nothing to do")
        self.assertContains(self.client.get("/todos/?show=team"), "Nothing open in your teams")
        self.assertContains(self.client.get("/todos/?show=done"), "Nothing done yet")

    def test_it_comes_in_pages_that_keep_the_filter(self) -> None:
        for number in range(30):
            self.todo(f"Number {number}", team=self.payments)
        self.assertEqual(len(self.titles("?show=team")), 25)
        self.assertEqual(len(self.titles("?show=team&page=2")), 5)
        self.assertContains(self.client.get("/todos/?show=team"), "?show=team&amp;page=2")

    def test_a_page_that_does_not_exist_is_the_nearest(self) -> None:
        self.todo("Mine")
        self.assertEqual(self.titles("?page=99"), ["Mine"])
        self.assertEqual(self.titles("?page=" + "9" * 5000), ["Mine"])

    def test_titles_are_shown_literally(self) -> None:
        self.todo('<script>alert("1")</script>')
        self.assertContains(self.client.get("/todos/"), "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;")

    def test_the_number_of_queries_does_not_grow_with_the_list(self) -> None:
        self.todo(team=self.payments)
        few = self.queries("/todos/?show=team")
        for number in range(20):
            self.todo(f"Number {number}", owner=self.eve, team=self.payments)
        self.assertEqual(self.queries("/todos/?show=team"), few)
        self.assertLessEqual(few, 9)

    def test_htmx_gets_the_list_alone(self) -> None:
        self.todo("Mine")
        response = self.client.get("/todos/", headers=HTMX)
        self.assertContains(response, "Mine")
        self.assertNotContains(response, "<html")
        self.assertIn("HX-Request", response["Vary"])


class DetailTest(TodosTestCase):
    def test_it_shows_notes_as_they_were_typed(self) -> None:
        todo = self.todo(notes="one\n<b>two</b>")
        self.assertContains(self.client.get(f"/todos/{todo.pk}/"), "one<br>&lt;b&gt;two&lt;/b&gt;")

    def test_a_to_do_of_the_team_says_who_added_it(self) -> None:
        todo = self.todo(owner=self.eve, team=self.payments)
        response = self.client.get(f"/todos/{todo.pk}/")
        self.assertContains(response, "Everybody in payments")
        self.assertContains(response, "by Eve")

    def test_a_to_do_of_somebody_else_does_not_exist(self) -> None:
        for todo in (self.todo(owner=self.eve), self.todo(owner=self.mallory, team=self.platform)):
            for page in ("", "edit/", "delete/"):
                self.assertEqual(self.client.get(f"/todos/{todo.pk}/{page}").status_code, 404)

    def test_an_admin_does_not_see_what_is_somebody_elses(self) -> None:
        todo = self.todo()
        self.assertEqual(self.client_of(self.ann).get(f"/todos/{todo.pk}/").status_code, 404)

    def test_a_number_too_large_for_the_database_is_not_found(self) -> None:
        self.assertEqual(self.client.get(f"/todos/{10**30}/").status_code, 404)


class AccessTest(TodosTestCase):
    def test_a_stranger_is_sent_to_sign_in(self) -> None:
        self.client.logout()
        self.assertRedirects(self.client.get("/todos/"), "/accounts/login/?next=/todos/")

    def test_who_may_only_read_is_offered_no_changes(self) -> None:
        todo = self.todo()
        take_from_everyone("todos.write")
        for page in ("/todos/", f"/todos/{todo.pk}/"):
            response = self.client.get(page)
            self.assertContains(response, "Write tests")
            self.assertNotContains(response, 'method="post"')
            self.assertNotContains(response, "Add to-do")

    def test_who_may_only_read_can_change_nothing(self) -> None:
        todo = self.todo()
        take_from_everyone("todos.write")
        for page in ("add", f"{todo.pk}/edit", f"{todo.pk}/tick-off", f"{todo.pk}/reopen", f"{todo.pk}/delete"):
            self.assertEqual(self.client.post(f"/todos/{page}/", {"title": "Changed"}).status_code, 403)
        todo.refresh_from_db()
        self.assertEqual((todo.title, todo.done_at, todo.deleted_at), ("Write tests", None, None))

    def test_without_any_permission_there_is_no_page(self) -> None:
        take_from_everyone("todos.read", "todos.write")
        self.assertEqual(self.client.get("/todos/").status_code, 403)

    def test_it_is_gone_while_it_is_off(self) -> None:
        with plugin_disabled("todos"):
            self.assertEqual(self.client.get("/todos/").status_code, 404)
            self.assertEqual(self.client.get("/api/todos/todos").status_code, 404)
            self.assertNotContains(self.client.get("/"), "To-dos")

    def test_the_navigation_leads_to_it(self) -> None:
        self.assertContains(self.client.get("/"), 'href="/todos/"')
