from __future__ import annotations

from unittest.mock import patch

from django.test.utils import override_settings

from plugins.catalog.models import Entity
from plugins.catalog.tests.api_case import ApiCase
from portal.testing import take_from_everyone


class Api(ApiCase):
    """One entity, what can't be understood, and who may ask."""

    def test_one_entity_has_backstages_shape(self):
        entity = self.get("/entities/by-name/Component/default/LEDGER")
        self.assertEqual(list(entity), ["metadata", "apiVersion", "kind", "spec", "relations"])
        self.assertEqual(entity["spec"]["owner"], "payments")
        self.assertEqual(len(entity["metadata"]["etag"]), 40)
        self.assertEqual(
            entity["relations"],
            [
                {"type": "dependencyOf", "targetRef": "component:default/shop"},
                {"type": "ownedBy", "targetRef": "group:default/payments"},
            ],
        )
        self.assertEqual(self.get(f"/entities/by-uid/{entity['metadata']['uid']}"), entity)

    def test_a_uid_is_read_in_any_case(self):
        uid = Entity.objects.get(ref="component:default/ledger").uid
        self.assertEqual(self.get(f"/entities/by-uid/{uid.upper()}")["metadata"]["uid"], uid)

    def test_an_unknown_entity_is_not_found_in_backstages_words(self):
        response = self.answer("/entities/by-name/component/default/nope", status=404)
        self.assertEqual(response["Content-Type"], "application/json; charset=utf-8")
        message = "No entity named 'nope' found, with kind 'component' in namespace 'default'"
        self.assertEqual(
            response.json(),
            {
                "error": {"name": "NotFoundError", "message": message},
                "request": {"method": "GET", "url": "/entities/by-name/component/default/nope"},
                "response": {"statusCode": 404},
            },
        )
        self.get("/entities/by-name/component/default/a%00b", status=404)
        self.get("/entities/by-uid/nope", status=404)
        self.get("/no-such-route", status=404)

    def test_the_ancestry_of_an_entity_leads_to_the_entity_of_the_configured_location(self):
        found = self.get("/entities/by-name/component/default/shop/ancestry")
        self.assertEqual(found["rootEntityRef"], "component:default/shop")
        shop, location = found["items"]
        self.assertEqual(shop["entity"], self.get("/entities/by-name/component/default/shop"))
        self.assertEqual(location["entity"]["kind"], "Location")
        self.assertEqual(shop["parentEntityRefs"], [f"location:default/{location['entity']['metadata']['name']}"])
        self.assertEqual(location["parentEntityRefs"], [])
        self.get("/entities/by-name/component/default/nope/ancestry", status=404)

    def test_references_are_answered_in_place(self):
        refs = ["component:default/shop", "component:default/nope", "group:default/payments", "component:default/shop"]
        body = {"entityRefs": refs, "fields": ["kind", "metadata.name"]}
        shop = {"kind": "Component", "metadata": {"name": "shop"}}
        team = {"kind": "Group", "metadata": {"name": "payments"}}
        self.assertEqual(self.post("/entities/by-refs", body)["items"], [shop, None, team, shop])
        self.assertEqual(self.post("/entities/by-refs?filter=kind=group", body)["items"], [None, None, team, None])
        only = self.post("/entities/by-refs", body | {"query": {"kind": "component"}})
        self.assertEqual(only["items"], [shop, None, None, shop])

    def test_references_are_compared_without_regard_to_case(self):
        body = {"entityRefs": ["Component:Default/SHOP"], "fields": ["metadata.name"]}
        self.assertEqual(self.post("/entities/by-refs", body)["items"], [{"metadata": {"name": "shop"}}])

    def test_fields_beside_references_are_a_list_in_the_body_and_nothing_else(self):
        body = {"entityRefs": ["component:default/shop"], "fields": ["kind,metadata.name"]}
        self.assertEqual(self.post("/entities/by-refs", body)["items"], [{}])
        self.refused("/entities/by-refs?fields=kind", "Unknown query parameter 'fields'", body=body)

    def test_a_question_that_can_not_be_understood_is_an_input_error(self):
        error = self.refused("/entities/by-query?limit=-1", "request/query/limit must be >= 0")
        self.assertEqual(error["error"]["name"], "InputError")
        self.assertEqual(error["request"]["url"], "/entities/by-query?limit=-1")
        self.refused("/entities/by-query?limit=x", "request/query/limit must be integer")
        self.refused("/entities/by-query?nope=1", "Unknown query parameter 'nope'")
        self.refused("/entities/by-query?filter==1", "Invalid filter, '=1' is not a valid statement")
        self.refused("/entities/by-query?orderField=a,up", "Invalid order field order, must be asc or desc")
        self.refused("/entities/by-query?cursor=%%", "Malformed cursor")
        self.refused("/entities/by-query?cursor=e30=", "Malformed cursor")
        self.refused("/entities/by-query?fields=a[0]", "array type fields are not supported")
        self.refused("/entities?limit=0", "Invalid limit, must be greater than zero")
        self.refused("/entities?order=metadata.name", "Invalid order parameter")
        self.refused("/entities?after=x", "Malformed")
        self.refused("/entity-facets", "request/query must have required property 'facet'")
        self.refused("/entity-facets", "Missing or empty facets parameter", body={"facets": []})
        self.refused("/entities/by-query", "unknown operator", body={"query": {"$or": []}})
        self.refused("/entities/by-query", "top-level primitive", body={"query": {"$all": ["x"]}})
        self.refused("/entities/by-query", "must be object", body={"query": []})
        self.refused("/entities/by-query", "Object form of $contains", body={"query": {"a": {"$contains": {"b": 1}}}})
        self.refused("/entities/by-refs", "must have required property 'entityRefs'", body={})

    def test_hostile_questions_are_answered_or_refused(self):
        deep = {"$not": {"kind": "x"}}
        for _ in range(60):
            deep = {"$not": deep}
        self.refused("/entities/by-query", "nested", body={"query": deep})
        many = {"$any": [{"kind": str(number)} for number in range(600)]}
        self.refused("/entities/by-query", "more than 500", body={"query": many})
        self.assertEqual(self.asked({"$any": [{"metadata.name": str(number)} for number in range(499)]}), [])
        self.assertEqual(self.asked({"kind": "a\0b\ud800"}), [])
        huge = self.client_of(self.bob).post(
            "/api/catalog/entities/by-query", '{"limit": 1e400}', content_type="application/json"
        )
        self.assertIn("must be an integer", huge.json()["error"]["message"])

    def test_strangers_and_people_without_the_permission_are_refused_in_backstages_shape(self):
        stranger = self.client.get("/api/catalog/entities")
        self.assertEqual((stranger.status_code, stranger.json()["error"]["name"]), (401, "AuthenticationError"))
        take_from_everyone("catalog.read")
        error = self.answer("/entities/by-query", status=403).json()
        self.assertEqual(error["error"]["name"], "NotAllowedError")

    @override_settings(API_RATE=1)
    def test_an_error_of_the_host_has_the_shape_of_the_api_too(self):
        self.get("/locations")
        response = self.answer("/locations", status=429)
        self.assertEqual(response.json()["response"], {"statusCode": 429})
        self.assertTrue(response["Retry-After"])

    def test_a_failure_names_the_id_of_the_request(self):
        with patch("plugins.catalog.rest.locations.listed", side_effect=RuntimeError("secret reason")):
            response = self.answer("/locations", status=500)
        message = response.json()["error"]["message"]
        self.assertIn(f"tell its owner the request id. Request id: {response['X-Request-ID']}", message)
        self.assertNotIn("secret reason", message)

    @override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
    def test_a_body_that_is_too_large_is_refused_with_the_limit(self):
        error = self.refused("/entities/by-query", "1,000 bytes at most", body={"fields": ["x" * 1000]}, status=413)
        self.assertEqual(error["error"]["name"], "PayloadTooLargeError")

    def test_a_method_that_is_not_offered_has_the_shape_of_the_api_too(self):
        response = self.answer("/entities", method="delete", status=405)
        self.assertEqual(response.json()["response"], {"statusCode": 405})
        self.assertEqual(response["Allow"], "GET, HEAD")
        self.assertEqual(self.answer("/entities", method="head")["Content-Type"], "application/json; charset=utf-8")

    def test_the_routes_are_documented(self):
        document = self.get("/openapi.json")
        self.assertIn("/api/catalog/entities/by-name/{kind}/{namespace}/{name}", document["paths"])
        query = document["paths"]["/api/catalog/entities/by-query"]["get"]["parameters"]
        self.assertIn("orderField", [one["name"] for one in query])
