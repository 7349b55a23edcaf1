"""What tests of the catalog's API start with: a team, three components of it, and ways to ask."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from plugins.catalog.tests.files import component, group, read, user, write
from portal.testing import PluginTestCase


class ApiCase(PluginTestCase):
    """A team and three components of it."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        with TemporaryDirectory() as folder:
            write(
                Path(folder),
                a=group("payments"),
                b=component("ledger", metadata="  tags: [go, Core]\n  title: Zed".replace("Core", "core")),
                c=component("shop", more="  dependsOn: [component:ledger]").replace("production", "experimental"),
                d=component("beta", metadata="  title: Alpha\n  tags: [go]"),
                e=user("bob", "payments"),
            )
            read(Path(folder))

    def answer(self, path, body=None, *, method="", who=None, status=200):
        client = self.client_of(who or self.bob)
        method = method or ("get" if body is None else "post")
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        response = getattr(client, method)(f"/api/catalog{path}", **data)
        self.assertEqual(response.status_code, status, response.content)
        return response

    def get(self, path, status=200):
        return self.answer(path, status=status).json()

    def post(self, path, body, status=200):
        return self.answer(path, body, status=status).json()

    def names(self, found):
        """Of all but the location's own entity, whose name comes from the folder that the test has been given."""
        names = [entity["metadata"]["name"] for entity in (found["items"] if isinstance(found, dict) else found)]
        return [name for name in names if not name.startswith("generated-")]

    def queried(self, query):
        return self.names(self.get(f"/entities/by-query?{query}"))

    def asked(self, query, **more):
        return sorted(self.names(self.post("/entities/by-query", {"query": query, **more})))

    def refused(self, path, message, **options):
        error = self.answer(path, status=options.pop("status", 400), **options).json()
        self.assertIn(message, error["error"]["message"])
        return error
