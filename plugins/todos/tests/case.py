from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plugins.todos.models import Todo
from portal.testing import PluginTestCase, person

HTMX = {"HX-Request": "true"}


class TodosTestCase(PluginTestCase):
    """Bob and Eve are in the team payments, Mallory is in another."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.eve, cls.mallory = person("eve"), person("mallory")
        cls.payments = Group.objects.create(name="payments")
        cls.platform = Group.objects.create(name="platform")
        cls.payments.user_set.add(cls.bob, cls.eve)
        cls.platform.user_set.add(cls.mallory)

    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.bob)

    def todo(self, title: str = "Write tests", days: int | None = None, done: bool = False, **values: Any) -> Todo:
        """Make a to-do of Bob's, due in so many days."""
        values.setdefault("owner", self.bob)
        if days is not None:
            values["due"] = timezone.localdate() + timedelta(days=days)
        if done:
            values["done_at"] = timezone.now()
        return Todo.objects.create(title=title, **values)

    def queries(self, url: str) -> int:
        """Count what Bob's request asks of the plugin's tables and of the accounts, not what the host asks besides."""
        # What the process keeps of a person is read with the first page.
        self.client.get(url)
        with CaptureQueriesContext(connection) as captured:
            self.assertEqual(self.client.get(url).status_code, 200)
        return sum('"todos_' in query["sql"] or '"auth_' in query["sql"] for query in captured)
