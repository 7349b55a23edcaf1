from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from plugins.todos.models import Todo

from .case import HTMX, TodosTestCase


def notice(response: HttpResponse) -> str:
    return json.loads(response["HX-Trigger"])["foyer:notice"]["value"]


def values(todo: Todo, **changed: Any) -> dict[str, Any]:
    """Return what the form of a to-do sends."""
    return {"title": todo.title, "notes": todo.notes, "version": todo.version, **changed}


class AddTest(TodosTestCase):
    def test_the_form_stands_on_a_page_of_its_own(self) -> None:
        self.assertContains(self.client.get("/todos/add/"), 'action="/todos/add/"')

    def test_it_is_the_users_own(self) -> None:
        response = self.client.post("/todos/add/", {"title": " Buy milk ", "due": "2026-12-24", "notes": "Two"})
        self.assertRedirects(response, "/todos/?show=mine")
        todo = Todo.objects.get()
        self.assertEqual((todo.title, todo.due, todo.notes), ("Buy milk", date(2026, 12, 24), "Two"))
        self.assertEqual((todo.owner, todo.team), (self.bob, None))

    def test_it_can_be_for_a_team(self) -> None:
        response = self.client.post("/todos/add/", {"title": "Pay", "team": self.payments.pk}, follow=True)
        self.assertContains(response, "Added “Pay” for payments.")
        self.assertTrue(Todo.objects.visible_to(self.eve).filter(title="Pay").exists())

    def test_it_can_not_be_for_a_team_the_user_is_not_in(self) -> None:
        response = self.client.post("/todos/add/", {"title": "Pay", "team": self.platform.pk})
        self.assertEqual(response.status_code, 422)
        self.assertFalse(Todo.objects.exists())

    def test_errors_name_the_field_and_keep_what_was_typed(self) -> None:
        response = self.client.post("/todos/add/", {"title": "  ", "due": "soon", "notes": "Keep me"})
        self.assertContains(response, '<a href="#todos-title">Title: Enter what is to be done.</a>', status_code=422)
        self.assertContains(
            response, '<a href="#todos-due">Due date: Enter a date, such as 2026-12-24.</a>', status_code=422
        )
        self.assertContains(response, "Keep me", status_code=422)

    def test_titles_end_at_200_characters(self) -> None:
        self.assertEqual(self.client.post("/todos/add/", {"title": "x" * 201}).status_code, 422)
        self.assertEqual(self.client.post("/todos/add/", {"title": "é" * 200}).status_code, 302)

    def test_dates_that_nobody_means_are_refused(self) -> None:
        for due in ("0001-01-01", "9999-12-31"):
            self.assertEqual(self.client.post("/todos/add/", {"title": "x", "due": due}).status_code, 422)

    def test_the_owner_can_not_be_chosen(self) -> None:
        self.client.post("/todos/add/", {"title": "x", "owner": self.eve.pk, "version": 99})
        self.assertEqual(Todo.objects.get().owner, self.bob)

    def test_htmx_gets_an_empty_form_a_notice_and_an_event_for_the_list(self) -> None:
        response = self.client.post("/todos/add/", {"title": "Buy milk"}, headers=HTMX)
        self.assertNotContains(response, "Buy milk")
        self.assertNotContains(response, "<html")
        self.assertEqual(notice(response), "Added “Buy milk”.")
        self.assertIn("todos:added", json.loads(response["HX-Trigger"]))

    def test_htmx_gets_the_form_back_with_its_errors(self) -> None:
        response = self.client.post("/todos/add/", {"title": ""}, headers=HTMX)
        self.assertContains(response, "error-summary", status_code=422)
        self.assertNotContains(response, "<html", status_code=422)

    def test_a_form_of_another_site_is_refused(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.bob)
        self.assertEqual(client.post("/todos/add/", {"title": "x"}).status_code, 403)


class EditTest(TodosTestCase):
    def test_it_changes_what_the_form_holds(self) -> None:
        todo = self.todo(days=1)
        response = self.client.post(f"/todos/{todo.pk}/edit/", values(todo, title="Write more tests", due=""))
        self.assertRedirects(response, f"/todos/{todo.pk}/")
        todo.refresh_from_db()
        self.assertEqual((todo.title, todo.due), ("Write more tests", None))

    def test_the_form_holds_the_date_as_browsers_want_it(self) -> None:
        todo = self.todo(due=date(2026, 12, 24))
        self.assertContains(self.client.get(f"/todos/{todo.pk}/edit/"), 'value="2026-12-24"')

    def test_anybody_in_the_team_may_edit(self) -> None:
        todo = self.todo(owner=self.eve, team=self.payments)
        self.client.post(f"/todos/{todo.pk}/edit/", values(todo, title="Bob's words", team=self.payments.pk))
        todo.refresh_from_db()
        self.assertEqual((todo.title, todo.owner), ("Bob's words", self.eve))

    def test_a_to_do_taken_from_the_team_belongs_to_whoever_took_it(self) -> None:
        todo = self.todo(owner=self.eve, team=self.payments)
        self.client.post(f"/todos/{todo.pk}/edit/", values(todo, team=""))
        todo.refresh_from_db()
        self.assertEqual((todo.owner, todo.team), (self.bob, None))

    def test_it_does_not_replace_what_somebody_else_saved_meanwhile(self) -> None:
        todo = self.todo(team=self.payments)
        seen = values(todo, title="Bob's", team=self.payments.pk)
        self.client_of(self.eve).post(f"/todos/{todo.pk}/edit/", values(todo, title="Eve's", team=self.payments.pk))
        response = self.client.post(f"/todos/{todo.pk}/edit/", seen)
        self.assertContains(response, "its title is now “Eve&#x27;s”", status_code=422)
        self.assertContains(response, 'value="Bob&#x27;s"', status_code=422)
        todo.refresh_from_db()
        self.assertEqual(todo.title, "Eve's")

    def test_saving_again_replaces_it(self) -> None:
        todo = self.todo()
        first = self.client.post(f"/todos/{todo.pk}/edit/", values(todo, title="Mine", version=7))
        version = first.context["form"]["version"].value()
        self.client.post(f"/todos/{todo.pk}/edit/", values(todo, title="Mine", version=version))
        todo.refresh_from_db()
        self.assertEqual(todo.title, "Mine")

    def test_it_does_not_reopen_what_was_ticked_off_meanwhile(self) -> None:
        todo = self.todo()
        seen = values(todo, title="Changed")
        self.client.post(f"/todos/{todo.pk}/tick-off/")
        self.client.post(f"/todos/{todo.pk}/edit/", seen)
        todo.refresh_from_db()
        self.assertEqual(todo.title, "Changed")
        self.assertIsNotNone(todo.done_at)

    def test_htmx_gets_the_to_do_and_its_new_heading(self) -> None:
        todo = self.todo()
        response = self.client.post(f"/todos/{todo.pk}/edit/", values(todo, title="Changed"), headers=HTMX)
        self.assertContains(response, '<span id="todos-heading" hx-swap-oob="true">Changed</span>')
        self.assertEqual(notice(response), "Saved “Changed”.")

    def test_somebody_elses_can_not_be_edited(self) -> None:
        todo = self.todo(owner=self.eve)
        self.assertEqual(self.client.post(f"/todos/{todo.pk}/edit/", values(todo, title="x")).status_code, 404)


class TickOffTest(TodosTestCase):
    def test_it_is_done_and_the_user_is_back_where_the_form_stood(self) -> None:
        todo = self.todo()
        page = "http://testserver/todos/?show=team&page=2"
        response = self.client.post(f"/todos/{todo.pk}/tick-off/", headers={"Referer": page})
        self.assertRedirects(response, page)
        todo.refresh_from_db()
        self.assertIsNotNone(todo.done_at)

    def test_it_leads_to_no_other_site(self) -> None:
        todo = self.todo()
        response = self.client.post(f"/todos/{todo.pk}/tick-off/", headers={"Referer": "https://evil.example/"})
        self.assertRedirects(response, f"/todos/{todo.pk}/")

    def test_twice_is_once(self) -> None:
        todo = self.todo()
        self.client.post(f"/todos/{todo.pk}/tick-off/")
        todo.refresh_from_db()
        first = todo.done_at
        self.client.post(f"/todos/{todo.pk}/tick-off/")
        todo.refresh_from_db()
        self.assertEqual(todo.done_at, first)

    def test_it_can_be_reopened(self) -> None:
        todo = self.todo(done=True)
        self.client.post(f"/todos/{todo.pk}/reopen/")
        todo.refresh_from_db()
        self.assertIsNone(todo.done_at)

    def test_htmx_gets_the_row_and_the_counts(self) -> None:
        todo = self.todo()
        response = self.client.post(f"/todos/{todo.pk}/tick-off/", headers=HTMX)
        self.assertContains(response, f'<li class="row" id="todos-{todo.pk}">')
        self.assertContains(response, '<span class="count" id="todos-count-done" hx-swap-oob="true">1</span>')
        self.assertContains(response, f"/todos/{todo.pk}/reopen/")
        self.assertEqual(notice(response), "Ticked off “Write tests”.")
        self.assertIn("todos:toggled", json.loads(response["HX-Trigger"]))

    def test_a_hostile_title_stays_inside_the_notice(self) -> None:
        todo = self.todo('"}, "foyer:notice": "x"\r\nSet-Cookie: a=b')
        response = self.client.post(f"/todos/{todo.pk}/tick-off/", headers=HTMX)
        self.assertEqual(set(json.loads(response["HX-Trigger"])), {"foyer:notice", "todos:toggled"})
        self.assertNotIn("a", response.cookies)

    def test_a_link_does_not_tick_off(self) -> None:
        todo = self.todo()
        self.assertEqual(self.client.get(f"/todos/{todo.pk}/tick-off/").status_code, 405)

    def test_somebody_elses_stays_open(self) -> None:
        todo = self.todo(owner=self.eve)
        self.assertEqual(self.client.post(f"/todos/{todo.pk}/tick-off/").status_code, 404)
        todo.refresh_from_db()
        self.assertIsNone(todo.done_at)


class DeleteTest(TodosTestCase):
    def test_it_asks_first(self) -> None:
        todo = self.todo(team=self.payments)
        response = self.client.get(f"/todos/{todo.pk}/delete/")
        self.assertContains(response, "Delete “Write tests” for everybody in payments?")
        self.assertTrue(Todo.objects.visible_to(self.bob).exists())

    def test_then_it_is_gone_and_can_be_brought_back(self) -> None:
        todo = self.todo()
        response = self.client.post(f"/todos/{todo.pk}/delete/", follow=True)
        self.assertContains(response, "Bring it back")
        self.assertNotContains(self.client.get("/todos/"), f"/todos/{todo.pk}/")
        response = self.client.post(f"/todos/{todo.pk}/restore/")
        self.assertRedirects(response, f"/todos/{todo.pk}/")
        self.assertContains(self.client.get("/todos/"), f"/todos/{todo.pk}/")

    def test_what_is_deleted_can_not_be_changed(self) -> None:
        todo = self.todo(deleted_at=timezone.now())
        for change in ("edit", "tick-off", "reopen", "delete"):
            self.assertEqual(self.client.post(f"/todos/{todo.pk}/{change}/", values(todo)).status_code, 404)

    def test_after_a_day_it_is_gone_for_good(self) -> None:
        todo = self.todo(deleted_at=timezone.now() - timedelta(days=1, minutes=1))
        self.assertEqual(self.client.post(f"/todos/{todo.pk}/restore/").status_code, 404)
        self.client.post(f"/todos/{self.todo().pk}/delete/")
        self.assertFalse(Todo.objects.filter(pk=todo.pk).exists())

    def test_twice_is_not_found(self) -> None:
        todo = self.todo()
        self.client.post(f"/todos/{todo.pk}/delete/")
        self.assertEqual(self.client.post(f"/todos/{todo.pk}/delete/").status_code, 404)

    def test_htmx_gets_the_way_back(self) -> None:
        todo = self.todo()
        response = self.client.post(f"/todos/{todo.pk}/delete/", headers=HTMX)
        self.assertContains(response, f"/todos/{todo.pk}/restore/")
        self.assertEqual(notice(response), "Deleted “Write tests”.")

    def test_somebody_elses_can_neither_be_deleted_nor_brought_back(self) -> None:
        todo, deleted = self.todo(owner=self.eve), self.todo(owner=self.eve, deleted_at=timezone.now())
        self.assertEqual(self.client.post(f"/todos/{todo.pk}/delete/").status_code, 404)
        self.assertEqual(self.client.post(f"/todos/{deleted.pk}/restore/").status_code, 404)
        self.assertEqual(Todo.objects.visible_to(self.eve).get(), todo)
