from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from plugins.todos.models import Todo
from portal.testing import take_from_everyone

from .case import TodosTestCase

URL = "/api/todos/todos"


class ApiTest(TodosTestCase):
    def titles(self, **query: Any) -> list[str]:
        response = self.client.get(URL, query)
        self.assertEqual(response.status_code, 200, response.content)
        return [item["title"] for item in response.json()["items"]]

    def send(self, method: str, path: str = "", **body: Any) -> HttpResponse:
        return getattr(self.client, method)(f"{URL}{path}", body, content_type="application/json")

    def test_it_lists_the_users_own_and_their_teams(self) -> None:
        self.todo("Mine", days=2)
        self.todo("Team's", owner=self.eve, team=self.payments, days=1)
        self.todo("Eve's", owner=self.eve)
        self.todo("Other team's", owner=self.mallory, team=self.platform)
        self.todo("Deleted", deleted_at=timezone.now())
        self.assertEqual(self.titles(), ["Team's", "Mine"])

    def test_it_filters(self) -> None:
        self.todo("Open", days=3)
        self.todo("Done", done=True)
        self.todo("Team's", team=self.payments)
        self.assertEqual(self.titles(done=True), ["Done"])
        self.assertEqual(self.titles(mine=True, done=False), ["Open"])
        self.assertEqual(self.titles(mine=False), ["Team's"])
        self.assertEqual(self.titles(team="payments"), ["Team's"])
        self.assertEqual(self.titles(title="tEAM"), ["Team's"])
        self.assertEqual(self.titles(due_before=timezone.localdate() + timedelta(days=4)), ["Open"])

    def test_another_teams_name_finds_nothing(self) -> None:
        self.todo("Other team's", owner=self.mallory, team=self.platform)
        self.assertEqual(self.titles(team="platform"), [])

    def test_it_comes_in_pages(self) -> None:
        for number in range(30):
            self.todo(f"Number {number}")
        page = self.client.get(URL, {"limit": 10, "offset": 25}).json()
        self.assertEqual((len(page["items"]), page["count"]), (5, 30))

    def test_pages_out_of_bounds_are_refused(self) -> None:
        for query in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"offset": 10**30}, {"done": "perhaps"}):
            response = self.client.get(URL, query)
            self.assertEqual(response.status_code, 422)
            self.assertEqual(response["Content-Type"], "application/problem+json")

    def test_the_number_of_queries_does_not_grow_with_the_list(self) -> None:
        self.todo(team=self.payments)
        few = self.queries(URL)
        for number in range(20):
            self.todo(f"Number {number}", owner=self.eve, team=self.payments)
        self.assertEqual(self.queries(URL), few)
        self.assertLessEqual(few, 6)

    def test_it_adds(self) -> None:
        response = self.send("post", title=" Pay ", team="payments", due="2026-12-24")
        self.assertEqual(response.status_code, 201)
        added = response.json()
        self.assertEqual((added["title"], added["team"], added["owner"]), ("Pay", "payments", "bob"))
        self.assertEqual((added["due"], added["done"], added["done_at"]), ("2026-12-24", False, None))
        self.assertEqual(Todo.objects.get().pk, added["id"])

    def test_what_does_not_fit_is_refused_with_its_place(self) -> None:
        for body, place in (
            ({"title": "   "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"title": "a\x00b"}, "title"),
            ({"title": "\ud800"}, "title"),
            ({}, "title"),
            ({"title": "x", "due": "soon"}, "due"),
            ({"title": "x", "due": "9999-12-31"}, "due"),
            ({"title": "x", "team": "platform"}, "team"),
            ({"title": "x", "team": "a\x00b"}, "team"),
            ({"title": "x", "owner": "eve"}, "owner"),
        ):
            response = self.send("post", **body)
            self.assertEqual(response.status_code, 422, (body, response.content))
            self.assertIn(place, response.json()["errors"][0]["location"])
        self.assertFalse(Todo.objects.exists())

    def test_it_returns_one(self) -> None:
        todo = self.todo(notes="<b>")
        self.assertEqual(self.client.get(f"{URL}/{todo.pk}").json()["notes"], "<b>")

    def test_a_change_leaves_the_rest_as_it_is(self) -> None:
        todo = self.todo(notes="Keep me", days=1)
        response = self.send("patch", f"/{todo.pk}", title="Changed")
        self.assertEqual(response.status_code, 200, response.content)
        todo.refresh_from_db()
        self.assertEqual((todo.title, todo.notes), ("Changed", "Keep me"))
        self.assertIsNotNone(todo.due)

    def test_null_takes_the_date_and_the_team_away(self) -> None:
        todo = self.todo(owner=self.eve, team=self.payments, days=1)
        changed = self.send("patch", f"/{todo.pk}", due=None, team=None).json()
        self.assertEqual((changed["due"], changed["team"], changed["owner"]), (None, None, "bob"))

    def test_null_is_no_title(self) -> None:
        todo = self.todo()
        for field in ("title", "notes", "done"):
            self.assertEqual(self.send("patch", f"/{todo.pk}", **{field: None}).status_code, 422)

    def test_it_ticks_off_once_and_reopens(self) -> None:
        todo = self.todo()
        first = self.send("patch", f"/{todo.pk}", done=True).json()["done_at"]
        self.assertIsNotNone(first)
        self.assertEqual(self.send("patch", f"/{todo.pk}", done=True).json()["done_at"], first)
        self.assertIsNone(self.send("patch", f"/{todo.pk}", done=False).json()["done_at"])

    def test_who_edits_in_the_form_is_told_of_a_change_by_the_api(self) -> None:
        todo = self.todo()
        self.send("patch", f"/{todo.pk}", title="By the API")
        response = self.client.post(f"/todos/{todo.pk}/edit/", {"title": "By the form", "version": todo.version})
        self.assertEqual(response.status_code, 422)

    def test_it_deletes(self) -> None:
        todo = self.todo()
        self.assertEqual(self.send("delete", f"/{todo.pk}").status_code, 204)
        self.assertEqual(self.client.get(f"{URL}/{todo.pk}").status_code, 404)
        self.assertEqual(self.send("delete", f"/{todo.pk}").status_code, 404)

    def test_to_dos_of_others_do_not_exist(self) -> None:
        for todo in (self.todo(owner=self.eve), self.todo(owner=self.mallory, team=self.platform)):
            for method in ("get", "patch", "delete"):
                self.assertEqual(self.send(method, f"/{todo.pk}").status_code, 404)
            todo.refresh_from_db()
            self.assertIsNone(todo.deleted_at)

    def test_a_number_too_large_for_the_database_is_not_found(self) -> None:
        self.assertEqual(self.client.get(f"{URL}/{10**30}").status_code, 404)

    def test_who_may_only_read_can_change_nothing(self) -> None:
        todo = self.todo()
        take_from_everyone("todos.write")
        self.assertEqual(self.client.get(f"{URL}/{todo.pk}").status_code, 200)
        self.assertEqual(self.send("post", title="x").status_code, 403)
        self.assertEqual(self.send("patch", f"/{todo.pk}", title="x").status_code, 403)
        self.assertEqual(self.send("delete", f"/{todo.pk}").status_code, 403)

    def test_a_stranger_is_told_to_sign_in(self) -> None:
        self.client.logout()
        self.assertEqual(self.client.get(URL).status_code, 401)

    def test_a_write_without_the_csrf_token_is_refused(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.bob)
        response = client.post(URL, {"title": "x"}, content_type="application/json")
        self.assertEqual(response.status_code, 403)
        self.assertFalse(Todo.objects.exists())

    def test_its_openapi_document_names_every_operation(self) -> None:
        paths = self.client.get("/api/todos/openapi.json").json()["paths"]
        self.assertEqual(
            {(path, method) for path, methods in paths.items() for method in methods},
            {
                (URL, "get"),
                (URL, "post"),
                (f"{URL}/{{todo_id}}", "get"),
                (f"{URL}/{{todo_id}}", "patch"),
                (f"{URL}/{{todo_id}}", "delete"),
            },
        )
