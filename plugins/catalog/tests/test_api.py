from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from plugins.catalog.tests.files import component, group, read, write
from portal.testing import PluginTestCase


class CatalogApi(PluginTestCase):
    """A team and two components of it."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        with TemporaryDirectory() as folder:
            write(
                Path(folder),
                a=group("payments"),
                b=component("ledger", metadata="  tags: [go]"),
                c=component("shop", more="  dependsOn: [component:ledger]").replace("production", "experimental"),
            )
            read(Path(folder))

    def get(self, path, status=200):
        response = self.client_of(self.bob).get(f"/api/catalog{path}")
        self.assertEqual(response.status_code, status, response.content)
        return response.json()

    def names(self, query):
        return [entity["metadata"]["name"] for entity in self.get(f"/entities?{query}")]

    def test_one_entity_has_backstages_shape(self):
        entity = self.get("/entities/by-name/Component/default/LEDGER")
        self.assertEqual(entity["apiVersion"], "backstage.io/v1alpha1")
        self.assertEqual(entity["spec"]["owner"], "payments")
        self.assertTrue(entity["metadata"]["uid"] and entity["metadata"]["etag"])
        self.assertEqual(
            entity["relations"],
            [
                {"type": "dependencyOf", "targetRef": "component:default/shop"},
                {"type": "ownedBy", "targetRef": "group:default/payments"},
            ],
        )

    def test_an_unknown_entity_is_not_found(self):
        self.get("/entities/by-name/component/default/absent", status=404)
        self.get("/entities/by-name/component/default/a%00b", status=404)

    def test_entities_come_in_order_and_in_pages(self):
        self.assertEqual(self.names(""), ["ledger", "shop", "payments"])
        self.assertEqual(self.names("limit=1&offset=1"), ["shop"])

    def test_filters_are_alternatives_of_conjunctions(self):
        self.assertEqual(self.names("filter=kind=component,spec.lifecycle=EXPERIMENTAL"), ["shop"])
        self.assertEqual(self.names("filter=kind=group&filter=metadata.name=shop"), ["shop", "payments"])
        self.assertEqual(self.names("filter=metadata.name=shop,metadata.name=ledger"), ["ledger", "shop"])
        self.assertEqual(self.names("filter=metadata.tags=go"), ["ledger"])
        self.assertEqual(self.names("filter=spec.lifecycle"), ["ledger", "shop"])
        self.assertEqual(self.names("filter=relations.dependsOn=component:default/ledger"), ["shop"])

    def test_a_filter_that_can_not_be_answered_says_which_can(self):
        self.assertIn("metadata.tags", str(self.get("/entities?filter=spec.nope=1", status=400)))
        self.get("/entities?filter=%3D1", status=400)

    def test_limits_are_checked(self):
        self.get("/entities?limit=0", status=422)
        self.get("/entities?offset=-1", status=422)

    def test_a_stranger_is_refused(self):
        self.assertEqual(self.client.get("/api/catalog/entities").status_code, 401)

    def test_the_routes_are_documented(self):
        document = self.get("/openapi.json")
        self.assertIn("/api/catalog/entities/by-name/{kind}/{namespace}/{name}", document["paths"])
