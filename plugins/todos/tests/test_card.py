from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.testing import render_card, take_from_everyone

from .case import TodosTestCase


class CardTest(TodosTestCase):
    def html(self) -> str:
        outcome = render_card("todos.mine", self.bob)
        self.assertEqual(outcome.state, "ready", outcome.reason)
        return outcome.content.html

    def test_it_stands_on_the_home_page_with_its_count(self) -> None:
        self.todo("Mine")
        response = self.client.get("/")
        self.assertContains(response, "My to-dos")
        self.assertContains(response, '<span class="count">1</span>')

    def test_it_shows_as_many_as_fit_and_counts_them_all(self) -> None:
        for number in range(9):
            self.todo(f"Number {number}", days=number)
        outcome = render_card("todos.mine", self.bob)
        self.assertEqual(outcome.content.html.count('class="row"'), 5)
        self.assertIn("Number 4", outcome.content.html)
        self.assertEqual(outcome.content.count, 9)

    def test_it_shows_only_what_is_open_and_the_users_own(self) -> None:
        self.todo("Done", done=True)
        self.todo("Team's", team=self.payments)
        self.todo("Eve's", owner=self.eve)
        self.assertIn("Your open to-dos stand here", self.html())

    def test_it_says_in_words_what_is_urgent(self) -> None:
        self.todo(days=-3)
        self.todo(days=0)
        self.assertIn("Overdue", self.html())
        self.assertIn("Due today", self.html())

    def test_what_is_overdue_leaves_the_room_of_its_date_to_the_title(self) -> None:
        self.todo(days=-3)
        self.assertNotIn("<time", self.html())
        self.assertRegex(self.html(), r'<span class="row-end" title="Due \d')

    def test_its_buttons_post_with_htmx_and_lead_to_the_page_without(self) -> None:
        todo = self.todo()
        self.assertIn(f'action="/todos/{todo.pk}/"', self.html())
        self.assertIn(f'hx-post="/todos/{todo.pk}/tick-off/"', self.html())

    def test_it_is_loaded_again_when_something_was_ticked_off(self) -> None:
        self.todo()
        self.assertIn('hx-get="/cards/todos/mine/"', self.html())
        self.assertIn('hx-trigger="todos:toggled from:body"', self.html())

    def test_who_may_only_read_gets_no_buttons(self) -> None:
        self.todo()
        take_from_everyone("todos.write")
        self.assertNotIn("<button", self.html())

    def test_a_hostile_title_is_shown_literally(self) -> None:
        self.todo("</ul><img src=x onerror=alert(1)>")
        self.assertIn("&lt;/ul&gt;&lt;img src=x onerror=alert(1)&gt;", self.html())

    def test_it_takes_two_queries(self) -> None:
        for number in range(9):
            self.todo(f"Number {number}")
        self.bob.has_perm("todos.read")
        with CaptureQueriesContext(connection) as queries:
            self.html()
        self.assertEqual(sum(query["sql"].startswith("SELECT") for query in queries), 2)

    def test_the_team_card_shows_what_the_users_teams_have_to_do(self) -> None:
        self.bob.groups.add(self.payments)
        self.todo("Mine")
        self.todo("Team's", owner=self.eve, team=self.payments)
        outcome = render_card("todos.team", self.bob)
        self.assertEqual(outcome.content.count, 1)
        self.assertIn("Team&#39;s", outcome.content.html.replace("'", "&#39;"))
        self.assertNotIn("Mine", outcome.content.html)

    def test_the_team_card_leads_to_the_list_of_the_team(self) -> None:
        self.assertContains(self.client.get("/todos/team/"), 'aria-current="page"')
