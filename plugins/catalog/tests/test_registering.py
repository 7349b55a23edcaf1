from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from unittest.mock import patch

from django.db import connection
from django.test.utils import override_settings

from plugins.catalog import registering
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.models import DiscoveredLocation, Problem, Provider, ReadUrl, RegisteredLocation
from plugins.catalog.reading.reader import UrlReader
from plugins.catalog.tests.files import component, configured, group, stated
from plugins.catalog.tests.site import site
from portal.testing import PluginTestCase

CONFIG = """backend:
  reading:
    allow:
      - host: {authority}
        internal: true
catalog:
  locations: []
"""

LOCATION = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: all
spec:
  target: {target}
"""


class Registering(PluginTestCase):
    """A site with a component and a team, which the rules refuse."""

    def setUp(self):
        super().setUp()
        self.site = self.enterContext(site())
        folder = self.folder = Path(self.enterContext(TemporaryDirectory()))
        config = folder / "app-config.yaml"
        config.write_text(CONFIG.format(authority=self.site.authority))
        self.enterContext(override_settings(CONFIG_FILES=(config,), BASE_DIR=folder))
        self.site.files["/a.yaml"] = component("one") + "---\n" + group("payments")
        self.url = self.site.url("/a.yaml")
        self.body = {"type": "url", "target": self.url}

    def configure(self, **catalog):
        stated = CONFIG.format(authority=self.site.authority) + "".join(
            f"  {key}: {json.dumps(value)}\n" for key, value in catalog.items()
        )
        config = self.folder / "other.yaml"
        config.write_text(stated)
        self.enterContext(override_settings(CONFIG_FILES=(config,)))

    def ask(self, method, path, body=None, status=200):
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        response = getattr(self.client_of(self.ann), method)(f"/api/catalog{path}", **data)
        self.assertEqual(response.status_code, status, response.content)
        return response.json() if response.content else None

    def refs(self):
        return set(stated().values_list("ref", flat=True))

    def test_a_dry_run_gives_the_entities_and_adds_nothing_to_the_catalog(self):
        self.site.files["/a.yaml"] = component("one")
        answer = self.ask("post", "/locations?dryRun=true", self.body, 201)
        location = answer["location"]["entityRef"].partition("/")[2]
        self.assertEqual([one["metadata"]["name"] for one in answer["entities"]], [location, "one"])
        self.assertFalse(answer["exists"])
        self.assertEqual(answer["location"]["id"], f"url:{self.body['target']}")
        self.assertFalse(self.refs() or Problem.objects.exists() or RegisteredLocation.objects.exists())

    def test_a_catalog_that_is_readonly_lets_locations_be_tried_and_not_changed(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        self.configure(readonly=True)
        self.site.files["/a.yaml"] = component("one")
        self.ask("post", "/locations?dryRun=true", self.body, 201)
        for method, path, body in (
            ("post", "/locations", {"type": "url", "target": self.site.url("/b.yaml")}),
            ("put", f"/locations/{location['id']}", self.body),
            ("delete", f"/locations/{location['id']}", None),
        ):
            error = self.ask(method, path, body, 403)["error"]
            self.assertEqual(
                error, {"name": "NotAllowedError", "message": "This operation not allowed in readonly mode"}
            )
        self.assertEqual(RegisteredLocation.objects.count(), 1)

    def test_the_pages_change_no_location_of_a_catalog_that_is_readonly(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        self.configure(readonly=True)
        client = self.client_of(self.ann)
        other = {"target": self.site.url("/b.yaml"), "confirm": "1"}
        self.assertContains(client.post("/catalog/register/", other), "read-only", status_code=422)
        answer = client.post(f"/catalog/register/{location['id']}/", follow=True)
        self.assertContains(answer, "read-only")
        self.assertEqual(RegisteredLocation.objects.count(), 1)

    def test_the_configuration_says_what_becomes_of_a_location_that_is_registered_again(self):
        self.ask("post", "/locations", self.body, 201)
        self.ask("post", "/locations", self.body, 409)
        self.configure(defaultLocationConflictStrategy="refresh")
        self.site.files["/a.yaml"] = component("two")
        self.ask("post", "/locations", self.body, 201)
        self.assertEqual(self.refs(), {"component:default/two"})
        self.ask("post", "/locations?onConflict=reject", self.body, 409)

    def test_what_is_no_address_is_refused_and_not_stored(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        for target in (
            "javascript:alert(1)",
            "file:///etc/passwd",
            "",
            "a.yaml",
            "https://",
            "http://[",
            "https://a/\0",
        ):
            with self.subTest(target):
                body = {"type": "url", "target": target}
                self.assertEqual(self.ask("post", "/locations", body, 400)["error"]["name"], "InputError")
                self.ask("post", "/locations?dryRun=true", body, 400)
                self.ask("put", f"/locations/{location['id']}", body, 400)
        self.assertEqual(RegisteredLocation.objects.get().target, self.url)

    def refused(self, body):
        error = self.ask("post", "/locations?dryRun=true", body, 400)["error"]
        self.assertEqual(error["name"], "InputError")
        return error["message"]

    def test_what_a_dry_run_read_is_not_sent_again_and_is_kept_until_everything_is_read(self):
        self.site.files["/a.yaml"] = component("one")
        for _ in range(2):
            self.ask("post", "/locations?dryRun=true", self.body, 201)
        self.assertEqual(self.site.asked, [("/a.yaml", 200), ("/a.yaml", 304)])
        ingest(configured(), self.folder, reader=UrlReader.configured())
        self.assertFalse(ReadUrl.objects.exists())

    @patch.object(registering, "PREVIEW_SECONDS", 1.0)
    def test_a_dry_run_waits_for_slow_hosts_no_longer_because_much_is_discovered(self):
        DiscoveredLocation.objects.create(provider=Provider.objects.create(name="p"), digest="d", target="https://a/")
        ended = Event()
        self.addCleanup(ended.set)
        names = [f"/slow-{number:02}.yaml" for number in range(12)]
        self.site.files["/a.yaml"] = LOCATION.replace("target: {target}", f"targets: {json.dumps(names)}")
        self.site.files |= dict.fromkeys(names, lambda request: ended.wait(20))
        self.assertIn("took longer than 1 s in all", self.refused(self.body))

    def test_a_dry_run_gives_the_reasons_why_documents_would_be_refused(self):
        self.site.files["/a.yaml"] += "---\n" + component("two words")
        message = self.refused(self.body)
        self.assertIn("group:default/payments", message)
        self.assertIn(', "metadata.name" is not valid', message)

    def test_a_dry_run_refuses_an_entity_that_comes_twice(self):
        self.site.files["/a.yaml"] = component("one") + "---\n" + component("one")
        self.assertEqual(self.refused(self.body), "Duplicate nested entity: component:default/one")

    def test_a_registered_location_is_read_and_removed_with_what_it_brought(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        self.assertEqual(self.refs(), {"component:default/one"})
        self.assertEqual(Problem.objects.get().stage, "rules")
        self.assertEqual(self.ask("get", "/locations/by-entity/component/default/one"), location)
        self.ask("delete", f"/locations/{location['id']}", status=204)
        self.assertFalse(self.refs() or Problem.objects.exists())

    def test_a_location_that_moves_brings_what_is_there(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        self.site.files["/b.yaml"] = component("two")
        self.ask("put", f"/locations/{location['id']}", {"type": "url", "target": self.site.url("/b.yaml")})
        self.assertEqual(self.refs(), {"component:default/two"})

    def test_a_location_that_moves_has_the_entity_of_its_new_target(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        self.site.files["/b.yaml"] = component("two")
        body = {"type": "url", "target": self.site.url("/b.yaml")}
        moved = self.ask("put", f"/locations/{location['id']}", body)
        name = moved["entityRef"].rpartition("/")[2]
        entity = self.ask("get", f"/entities/by-name/location/default/{name}")
        self.assertEqual(entity["spec"]["target"], body["target"])
        page = self.client_of(self.ann).get(f"/catalog/default/location/{name}/")
        self.assertContains(page, "registered locations")
        again = self.ask("post", "/locations", self.body, 201)["location"]
        self.assertEqual(again["entityRef"], location["entityRef"])

    def test_an_entity_that_another_location_has_stays_its_own(self):
        self.ask("post", "/locations", self.body, 201)
        self.site.files["/b.yaml"] = component("one", owner="thief")
        self.ask("post", "/locations", {"type": "url", "target": self.site.url("/b.yaml")}, 201)
        self.assertEqual(stated().get().owner_ref, "group:default/payments")
        self.assertEqual(Problem.objects.get(stage="duplicate").file, self.site.url("/b.yaml"))

    def test_what_a_configured_location_leads_to_comes_before_registered_locations(self):
        leading = {"apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "all"}}
        self.site.files["/z.yaml"] = json.dumps(leading | {"spec": {"target": "./z/one.yaml"}})
        self.site.files["/z/one.yaml"] = component("one")
        self.site.files["/a.yaml"] = component("one", owner="thief")
        RegisteredLocation.objects.create(id="1", type="url", target=self.url, digest="1")
        ingest(configured(self.site.url("/z.yaml")), Path(), reader=UrlReader.configured())
        self.assertEqual(stated().get(name="one").owner_ref, "group:default/payments")
        self.assertEqual(Problem.objects.get().file, self.url)

    def test_an_entity_from_an_address_can_be_refreshed(self):
        self.ask("post", "/locations", self.body, 201)
        self.site.files["/a.yaml"] = component("one", owner="checkout")
        self.ask("post", "/refresh", {"entityRef": "component:default/one"})
        self.assertEqual(stated().get().owner_ref, "group:default/checkout")

    def test_the_page_previews_and_then_registers(self):
        client = self.client_of(self.ann)
        page = client.post("/catalog/register/", {"target": self.url})
        self.assertContains(page, "1 entity, 1 problem")
        self.assertContains(page, f"{self.url}:13:1")
        self.assertFalse(self.refs())
        page = client.post("/catalog/register/", {"target": self.url, "confirm": "1"}, follow=True)
        self.assertContains(page, f"Registered {self.url}")
        self.assertEqual(self.refs(), {"component:default/one"})

    def test_the_preview_says_what_the_catalog_will_refuse(self):
        client = self.client_of(self.ann)
        self.ask("post", "/locations", self.body, 201)
        target = self.site.url("/b.yaml")
        self.site.files["/b.yaml"] = "---\n".join(map(component, ("new", "one", "twice", "twice")))
        page = client.post("/catalog/register/", {"target": target})
        self.assertContains(page, "2 entities, 2 problems")
        self.assertContains(page, f"component:default/one is already defined in {self.url} line 1")
        self.assertContains(page, f"component:default/twice is already defined in {target} line ")
        client.post("/catalog/register/", {"target": target, "confirm": "1"})
        self.assertEqual(self.refs(), {f"component:default/{name}" for name in ("one", "new", "twice")})
        self.assertEqual(Problem.objects.filter(stage="duplicate").count(), 2)

    def test_the_preview_says_when_the_catalog_reads_the_file_already(self):
        self.site.files["/a.yaml"] = component("one")
        self.site.files["/all.yaml"] = LOCATION.format(target=self.url)
        self.ask("post", "/locations", {"type": "url", "target": self.site.url("/all.yaml")}, 201)
        self.assertIn("component:default/one", self.refs())
        page = self.client_of(self.ann).post("/catalog/register/", {"target": self.url})
        self.assertContains(page, "0 entities, 0 problems")
        self.assertContains(page, "1 entity of this file is in the catalog already")

    def test_the_preview_gives_reasons_as_the_page_of_problems_does(self):
        self.site.files["/a.yaml"] = component("one").replace("  lifecycle: production\n", "")
        page = self.client_of(self.ann).post("/catalog/register/", {"target": self.url})
        self.assertContains(page, "lifecycle")
        self.assertNotContains(page, "missingProperty")

    def test_a_location_that_is_removed_while_it_is_moved_stays_removed(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]

        def removing(execute, sql, *context):
            if sql.startswith('UPDATE "catalog_registeredlocation"'):
                RegisteredLocation.objects.all().delete()
            return execute(sql, *context)

        with connection.execute_wrapper(removing):
            body = {"type": "url", "target": self.site.url("/b.yaml")}
            error = self.ask("put", f"/locations/{location['id']}", body, 404)["error"]
        self.assertEqual(error, {"name": "NotFoundError", "message": f"Found no location with ID {location['id']}"})
        self.assertFalse(RegisteredLocation.objects.exists())

    def test_the_page_removes_after_asking(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        client = self.client_of(self.ann)
        self.assertContains(client.get(f"/catalog/register/{location['id']}/"), "removes 1 entity")
        self.assertEqual(self.refs(), {"component:default/one"})
        client.post(f"/catalog/register/{location['id']}/")
        self.assertFalse(self.refs())

    def test_the_page_says_what_is_wrong_with_an_address(self):
        client = self.client_of(self.ann)
        for target, reason in (
            ("", "required"),
            ("file:///etc/passwd", "neither http nor https"),
            ("http://[::1", "understood"),
        ):
            response = client.post("/catalog/register/", {"target": target})
            self.assertContains(response, reason, status_code=422)
        response = client.post("/catalog/register/", {"target": "https://elsewhere.example/a.yaml"})
        self.assertContains(response, "backend.reading.allow")
        self.assertNotContains(response, 'name="confirm"')

    def test_an_address_that_is_registered_already_leads_to_its_location(self):
        location = self.ask("post", "/locations", self.body, 201)["location"]
        page = self.client_of(self.ann).post("/catalog/register/", {"target": self.url})
        self.assertContains(page, "Open it or remove it in the list below", status_code=422)
        name = location["entityRef"].partition("/")[2]
        self.assertContains(page, f'href="/catalog/default/location/{name}/">{self.url}</a>', status_code=422)

    def test_only_those_who_may_register_see_the_page(self):
        self.assertEqual(self.client_of(self.bob).get("/catalog/register/").status_code, 403)
        self.assertNotContains(self.client_of(self.bob).get("/catalog/"), "/catalog/register/")
        self.assertContains(self.client_of(self.ann).get("/catalog/"), "/catalog/register/")
