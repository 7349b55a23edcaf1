from __future__ import annotations

from plugins.todos import demo
from plugins.todos.models import Todo
from portal.testing import person

from .case import TodosTestCase


class AdminTest(TodosTestCase):
    def test_an_admin_finds_every_to_do(self) -> None:
        self.todo("Own")
        self.todo("Shared", owner=self.eve, team=self.payments)
        self.assertContains(self.client_of(self.ann).get("/admin/todos/todo/"), "2 to-dos")
        response = self.client_of(self.ann).get("/admin/todos/todo/?q=eve")
        self.assertContains(response, "Shared")
        self.assertNotContains(response, "Own</a>")

    def test_an_admin_changes_one(self) -> None:
        todo = self.todo()
        page = f"/admin/todos/todo/{todo.pk}/change/"
        response = self.client_of(self.ann).post(
            page, {"title": "Changed", "owner": self.eve.pk, "done_at_0": "", "done_at_1": ""}
        )
        self.assertRedirects(response, "/admin/todos/todo/")
        todo.refresh_from_db()
        self.assertEqual((todo.title, todo.owner), ("Changed", self.eve))

    def test_a_user_has_no_business_there(self) -> None:
        self.assertEqual(self.client.get("/admin/todos/todo/").status_code, 302)

    def test_deleting_a_user_deletes_their_to_dos(self) -> None:
        self.todo(owner=self.eve)
        self.eve.delete()
        self.assertFalse(Todo.objects.exists())


class DemoTest(TodosTestCase):
    def test_loading_twice_adds_nothing(self) -> None:
        erin = person("erin")
        self.payments.user_set.add(erin)
        demo.load()
        todos = Todo.objects.visible_to(erin)
        counts = todos.counts()
        self.assertTrue(all(counts.values()), counts)
        self.assertTrue(any(todo.is_overdue for todo in todos))
        demo.load()
        self.assertEqual(todos.counts(), counts)

    def test_without_the_demo_accounts_it_does_nothing(self) -> None:
        demo.load()
        self.assertFalse(Todo.objects.exists())
