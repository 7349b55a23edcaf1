from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.test.utils import override_settings

from plugins.catalog.models import Entity, RegisteredLocation
from plugins.catalog.tests.api_case import ApiCase
from plugins.catalog.tests.files import component, read, write

URL = "https://git.example.com/shop/ledger/blob/main/catalog-info.yaml"


class Changes(ApiCase):
    """What is deleted, registered, refreshed, judged and proposed."""

    def test_deleting_takes_a_permission_and_leaves_the_others_right(self):
        uid = Entity.objects.get(ref="component:default/ledger").uid
        self.answer(f"/entities/by-uid/{uid}", method="delete", status=403)
        self.answer(f"/entities/by-uid/{uid}", method="delete", who=self.ann, status=204)
        self.get("/entities/by-name/component/default/ledger", status=404)
        self.assertNotIn("component:default/ledger", str(self.get("/entities/by-name/group/default/payments")))
        self.assertEqual(self.get("/entities/by-query?limit=0")["totalItems"], 5)

    def test_locations_are_registered_listed_changed_and_removed(self):
        body = {"type": "url", "target": URL}
        made = self.answer("/locations", body, who=self.ann, status=201).json()
        location = made["location"]
        self.assertEqual((made["entities"], location["target"]), ([], URL))
        self.assertRegex(location["entityRef"], r"^location:default/generated-[0-9a-f]{40}$")
        self.assertEqual(self.get("/locations"), [{"data": location}])
        self.assertEqual(self.get(f"/locations/{location['id']}"), location)
        again = self.answer("/locations", body, who=self.ann, status=409).json()
        self.assertEqual(again["error"]["name"], "ConflictError")
        self.answer("/locations?onConflict=refresh", body, who=self.ann, status=201)
        found = self.post("/locations/by-query", {"query": {"target": {"$hasPrefix": "https://GIT."}}})
        self.assertEqual((found["items"], found["totalItems"]), ([location], 1))
        moved = self.answer(
            f"/locations/{location['id']}", body | {"target": f"{URL}2"}, who=self.ann, method="put"
        ).json()
        self.assertEqual((moved["id"], moved["target"]), (location["id"], f"{URL}2"))
        self.answer(f"/locations/{location['id']}", method="delete", who=self.ann, status=204)
        self.refused(f"/locations/{location['id']}", "Found no location with ID", status=404)

    def test_locations_come_in_pages(self):
        for number in range(3):
            self.answer("/locations", {"type": "url", "target": f"{URL}{number}"}, who=self.ann, status=201)
        seen, body = [], {"limit": 2}
        while body:
            page = self.post("/locations/by-query", body)
            seen += [one["id"] for one in page["items"]]
            cursor = page["pageInfo"].get("nextCursor")
            body = {"cursor": cursor} if cursor else None
        self.assertEqual(seen, sorted(RegisteredLocation.objects.values_list("id", flat=True)))

    def test_a_location_that_can_not_be_read_says_so(self):
        body = {"type": "url", "target": URL}
        self.refused("/locations?dryRun=true", f"Unable to read url, Reading from '{URL}'", body=body, who=self.ann)
        self.refused("/locations", "of an allowed type", body={"type": "file", "target": "x"}, who=self.ann)
        self.assertFalse(RegisteredLocation.objects.exists())
        self.answer("/locations", body, status=403)

    def test_the_presence_of_a_location_is_required_or_optional_and_does_not_change(self):
        body = {"type": "url", "target": URL}
        wrong = "request/body/presence must be equal to one of the allowed values: required, optional"
        self.refused("/locations", wrong, body=body | {"presence": "maybe"}, who=self.ann)
        made = self.answer("/locations", body | {"presence": "optional"}, who=self.ann, status=201).json()
        moved = {"path": f"/locations/{made['location']['id']}", "method": "put", "who": self.ann}
        self.refused(body=body | {"presence": "optional"}, message="Unrecognized key(s) in object: presence", **moved)

    def test_a_malformed_update_of_a_location_is_refused_before_it_is_looked_for(self):
        self.refused("/locations/nope", "must have required property", body={}, who=self.ann, method="put")

    def test_a_question_about_locations_is_an_object(self):
        self.refused("/locations/by-query", "request/body/query must be object", body={"query": None})

    def test_a_registered_location_is_a_problem_until_it_can_be_read(self):
        self.answer("/locations", {"type": "url", "target": URL}, who=self.ann, status=201)
        with TemporaryDirectory() as folder:
            write(Path(folder), a=component("one"))
            self.assertEqual(read(Path(folder)).problems, 1)

    def test_no_entity_came_from_a_registered_location(self):
        self.refused("/locations/by-entity/component/default/shop", "Found no location with type file", status=404)
        self.refused("/locations/by-entity/component/default/nope", "found no entity", status=404)

    def test_refreshing_an_unknown_entity_fails_and_needs_the_permission(self):
        self.answer("/refresh", {"entityRef": "component:default/nope"}, status=403)
        self.refused("/refresh", "Failed to schedule", body={"entityRef": "a:b/c"}, who=self.ann, status=404)

    def test_members_that_nobody_knows_are_refused(self):
        location = {"type": "url", "target": "https://github.com/acme/shop"}
        for path, body in (
            ("/refresh", {"entityRef": "component:default/shop", "foo": 1}),
            ("/analyze-location", {"location": location, "foo": 1}),
            ("/analyze-location", {"location": location | {"foo": 1}}),
            ("/locations", location | {"foo": 1}),
        ):
            self.refused(path, "Unrecognized key(s) in object: foo", body=body, who=self.ann)
        self.post("/analyze-location", {"location": location, "catalogFilename": "catalog-info.yaml"})

    def test_an_entity_is_judged_as_backstage_judges_it(self):
        entity = {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": "x"},
            "spec": {"type": "a", "lifecycle": "b", "owner": "c"},
        }
        body = {"entity": entity, "location": "url:https://example.com/x"}
        self.assertEqual(self.answer("/validate-entity", body).content, b"")
        self.assertEqual(self.error_of(body | {"entity": {}})["name"], "TypeError")
        self.assertIn("only 'url:<target>' is supported", self.error_of(body | {"location": "file:x"})["message"])
        bad = self.error_of(body | {"entity": entity | {"metadata": {"name": "bad name"}}})
        self.assertTrue(
            bad["message"].startswith(
                "Policy check failed for component:default/bad name; caused by Error: "
                '"metadata.name" is not valid; expected a string'
            )
        )
        self.assertEqual(bad["cause"]["name"], "Error")
        kind = self.error_of(body | {"entity": entity | {"spec": {}}})
        self.assertIn("while validating the entity component:default/x; caused by TypeError: /spec", kind["message"])

    def test_a_request_that_holds_no_entity_to_judge_is_an_input_error_like_others(self):
        for body, message in (
            ({}, "must have required property 'location'"),
            ({"location": "url:https://example.com/x"}, "must have required property 'entity'"),
            ({"location": 5, "entity": {}}, "request/body/location must be string"),
            ({"location": "url:https://example.com/x", "entity": []}, "request/body/entity must be object"),
            ([], "request/body must be object"),
        ):
            with self.subTest(message):
                error = self.refused("/validate-entity", message, body=body)
                self.assertEqual(error["error"]["name"], "InputError")

    def error_of(self, body):
        (error,) = self.answer("/validate-entity", body, status=400).json()["errors"]
        return error

    def test_an_entity_is_proposed_for_a_repository(self):
        body = {"location": {"type": "url", "target": "https://github.com/acme/shop/blob/main/x.yaml"}}
        (proposal,) = self.post("/analyze-location", body)["generateEntities"]
        self.assertEqual(proposal["entity"]["metadata"]["annotations"], {"github.com/project-slug": "acme/shop"})
        wrong = {"location": {"type": "url", "target": "nope"}}
        self.refused("/analyze-location", "not a URL", body=wrong)

    def proposed(self, target):
        (one,) = self.post("/analyze-location", {"location": {"type": "url", "target": target}})["generateEntities"]
        return one["entity"]["metadata"]

    def test_a_repository_of_azure_is_named_by_its_project(self):
        for target in (
            "https://dev.azure.com/acme/web/_git/shop",
            "https://dev.azure.com/acme/web/_git/shop?path=/x.yaml",
        ):
            annotations = {"dev.azure.com/project-slug": "web/shop"}
            self.assertEqual(self.proposed(target), {"name": "shop", "annotations": annotations})

    def test_a_repository_of_bitbucket_is_proposed_without_an_annotation(self):
        self.assertEqual(self.proposed("https://bitbucket.org/acme/shop/src/main/x.yaml"), {"name": "shop"})

    def test_what_is_beside_an_address_to_analyze_is_refused_where_backstage_does(self):
        location = {"type": "url", "target": "https://github.com/acme/shop"}
        for body, message in (
            ({"location": location | {"presence": "required"}}, "Unrecognized key(s) in object: presence"),
            ({"location": location, "catalogFilename": 5}, "request/body/catalogFilename must be string"),
        ):
            self.refused("/analyze-location", message, body=body)

    def test_the_integrations_say_what_runs_on_a_host_of_ones_own(self):
        file = Path(self.enterContext(TemporaryDirectory())) / "app-config.yaml"
        hosts = "github: [{host: ghe.corp.example}], gitlab: [{host: 'lab.corp.example:8443'}]"
        file.write_text(f"integrations: {{{hosts}}}\n")
        self.enterContext(override_settings(CONFIG_FILES=(file,)))
        github, gitlab = "github.com/project-slug", "gitlab.com/project-slug"
        for target, proposed in (
            ("https://ghe.corp.example/team/shop/blob/main/catalog-info.yaml", {github: "team/shop"}),
            ("https://ghe.corp.example/team/shop/settings/hooks", {github: "team/shop"}),
            ("https://lab.corp.example:8443/a/b/shop/-/tree/main", {gitlab: "a/b/shop"}),
            ("https://elsewhere.example/team/shop", None),
        ):
            answer = self.post("/analyze-location", {"location": {"type": "url", "target": target}})
            (proposal,) = answer["generateEntities"]
            self.assertEqual(proposal["entity"]["metadata"].get("annotations"), proposed)
