from __future__ import annotations

import base64
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from plugins.catalog.models import Entity, RegisteredLocation
from plugins.catalog.tests.files import component, group, read, user, write
from portal.testing import PluginTestCase, take_from_everyone

URL = "https://git.example.com/shop/ledger/blob/main/catalog-info.yaml"


class CatalogApi(PluginTestCase):
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

    # one entity

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

    # lists

    def test_entities_come_in_the_order_of_their_references_and_link_to_the_next_page(self):
        self.assertEqual(self.names(self.get("/entities")), ["beta", "ledger", "shop", "payments", "bob"])
        first = self.answer("/entities?filter=kind=component&limit=2")
        self.assertEqual(self.names(first.json()), ["beta", "ledger"])
        link = first["Link"].partition(">")[0].removeprefix("<")
        self.assertEqual(first["Link"].partition(">")[2], '; rel="next"')
        second = self.answer(link)
        self.assertEqual(self.names(second.json()), ["shop"])
        self.assertFalse(second.has_header("Link"))
        self.assertEqual(self.names(self.get("/entities?offset=3")), ["payments", "bob"])

    def test_an_order_puts_what_lacks_the_field_last_both_ways(self):
        titled = "filter=kind=component&order={}:metadata.title"
        self.assertEqual(self.names(self.get("/entities?" + titled.format("asc"))), ["beta", "ledger", "shop"])
        self.assertEqual(self.names(self.get("/entities?" + titled.format("desc"))), ["ledger", "beta", "shop"])

    def test_filters_are_alternatives_of_conjunctions(self):
        for query, names in (
            ("filter=kind=component,spec.lifecycle=EXPERIMENTAL", ["shop"]),
            ("filter=kind=group&filter=metadata.name=shop", ["payments", "shop"]),
            ("filter=metadata.name=shop,metadata.name=ledger", ["ledger", "shop"]),
            ("filter=metadata.tags=core", ["ledger"]),
            ("filter=metadata.tags.go", ["beta", "ledger"]),
            ("filter=metadata.tags.go=true", ["beta", "ledger"]),
            ("filter=spec.lifecycle", ["beta", "ledger", "shop"]),
            ("filter=relations.dependsOn=component:default/ledger", ["shop"]),
            ("filter=metadata.title=", []),
            ("filter=no.such.key=1", []),
            ("filter=&filter=", ["beta", "bob", "ledger", "payments", "shop"]),
        ):
            with self.subTest(query):
                self.assertEqual(self.queried(f"{query}&orderField=metadata.name,asc"), names)

    def test_a_parameter_that_a_route_does_not_have_is_refused(self):
        ref = "component/default/shop"
        for method, paths in {
            "get": (
                *(f"/entities/by-name/{ref}", f"/entities/by-name/{ref}/ancestry", "/entities/by-uid/x"),
                *("/locations", "/locations/x", f"/locations/by-entity/{ref}"),
            ),
            "post": (
                *("/entities/by-query", "/entities/by-refs", "/entity-facets", "/refresh", "/locations"),
                *("/locations/by-query", "/analyze-location", "/validate-entity"),
            ),
            "put": ("/locations/x",),
            "delete": ("/entities/by-uid/x", "/locations/x"),
        }.items():
            for path in paths:
                with self.subTest(f"{method} {path}"):
                    body = {} if method in ("post", "put") else None
                    wrong = "Unknown query parameter 'fields'"
                    self.refused(f"{path}?fields=kind", wrong, body=body, method=method, who=self.ann)

    def test_a_parameter_without_a_value_is_refused(self):
        for path, name in (
            ("entities", "filter"),
            ("entities", "fields"),
            ("entities", "limit"),
            ("entities", "after"),
            ("entities/by-query", "filter"),
            ("entities/by-query", "orderField"),
            ("entities/by-query", "fullTextFilterTerm"),
            ("entities/by-query", "cursor"),
            ("entity-facets", "facet"),
        ):
            with self.subTest(f"{path}?{name}="):
                self.refused(f"/{path}?{name}=", f"Empty value found for query parameter '{name}'")

    def test_a_parameter_may_be_written_as_a_list(self):
        for query, names in (
            ("filter[]=kind=group", ["payments"]),
            ("filter[]=kind=group&filter[]=kind=user", ["bob", "payments"]),
            ("filter[0]=kind=group&filter[1]=kind=user", ["bob", "payments"]),
            ("filter=kind=group&filter%5B%5D=kind=user", ["bob", "payments"]),
        ):
            with self.subTest(query):
                self.assertEqual(self.queried(f"{query}&orderField[]=metadata.name,asc"), names)
        found = self.get("/entity-facets?facet[]=kind&filter[]=kind=group")["facets"]
        self.assertEqual(found, {"kind": [{"value": "Group", "count": 1}]})
        self.assertEqual(
            self.names(self.get("/entities?filter[]=kind=user&order[]=asc:kind&fields[]=metadata.name")), ["bob"]
        )

    def test_a_parameter_that_is_no_list_may_not_be_written_as_one(self):
        self.refused("/entities/by-query?limit[]=1", "Unknown query parameter 'limit[]'")
        self.refused("/entities/by-query?filter[kind]=user", "Unknown query parameter 'filter[kind]'")

    def test_the_next_page_of_a_list_in_brackets_is_linked_to(self):
        link = self.answer("/entities?filter[]=kind=component&limit=2")["Link"].partition(">")[0].removeprefix("<")
        self.assertEqual(self.names(self.get(link)), ["shop"])

    def test_predicates_have_their_operators(self):
        for query, names in (
            ({"kind": "Component", "spec.lifecycle": "production"}, ["beta", "ledger"]),
            ({"$any": [{"kind": "group"}, {"metadata.name": "SHOP"}]}, ["payments", "shop"]),
            ({"$all": []}, ["beta", "bob", "ledger", "payments", "shop"]),
            ({"$any": []}, []),
            ({"$not": {"kind": "component"}}, ["bob", "payments"]),
            ({"metadata.name": {"$in": ["shop", "bob"]}}, ["bob", "shop"]),
            ({"metadata.title": {"$exists": False}, "kind": "component"}, ["shop"]),
            ({"metadata.name": {"$hasPrefix": "LED"}}, ["ledger"]),
            ({"metadata.name": {"$hasPrefix": "%"}}, []),
            ({"metadata.tags": {"$contains": "core"}}, ["ledger"]),
            ({"relations": {"$contains": {"type": "memberOf"}}}, ["bob"]),
            (
                {"relations": {"$contains": {"type": "ownedby", "targetRef": {"$in": ["group:default/Payments"]}}}},
                ["beta", "ledger", "shop"],
            ),
        ):
            with self.subTest(query):
                self.assertEqual(self.asked(query), names)

    def test_a_full_text_filter_looks_in_its_fields_or_the_first_that_is_sorted_by(self):
        self.assertEqual(self.queried("fullTextFilterTerm=ALPH&fullTextFilterFields=metadata.title,kind"), ["beta"])
        self.assertEqual(self.queried("fullTextFilterTerm=ed&orderField=metadata.name,asc"), ["ledger"])
        self.assertEqual(self.queried("fullTextFilterTerm=%25&orderField=metadata.name,asc"), [])
        body = {"fullTextFilter": {"term": "o", "fields": ["metadata.name"]}}
        self.assertEqual(sorted(self.names(self.post("/entities/by-query", body))), ["bob", "shop"])

    def test_cursors_lead_forwards_and_back_with_the_question_in_them(self):
        first = self.get("/entities/by-query?filter=kind=component&orderField=metadata.title,desc&limit=1")
        second = self.get(f"/entities/by-query?cursor={first['pageInfo']['nextCursor']}&limit=1")
        third = self.get(f"/entities/by-query?cursor={second['pageInfo']['nextCursor']}&limit=1")
        self.assertEqual([self.names(one) for one in (first, second, third)], [["ledger"], ["beta"], ["shop"]])
        self.assertEqual([one["totalItems"] for one in (first, second, third)], [3, 3, 3])
        self.assertEqual(list(first["pageInfo"]), ["nextCursor"])
        self.assertEqual(list(third["pageInfo"]), ["prevCursor"])
        back = self.get(f"/entities/by-query?cursor={third['pageInfo']['prevCursor']}&limit=1")
        self.assertEqual(self.names(back), ["beta"])
        start = self.post("/entities/by-query", {"cursor": back["pageInfo"]["prevCursor"], "limit": 1})
        self.assertEqual(self.names(start), ["ledger"])
        self.assertNotIn("prevCursor", start["pageInfo"])

    def cursor(self, **changes):
        """A sound cursor but for the changes; None takes a member away."""
        data = {
            "orderFields": [{"field": "metadata.name", "order": "asc"}],
            "orderFieldValues": ["ledger", "component:default/ledger"],
            "isPrevious": False,
            "query": {"kind": "component"},
        } | changes
        data = {key: value for key, value in data.items() if value is not None}
        return base64.b64encode(json.dumps(data).encode()).decode()

    def test_a_cursor_needs_neither_its_first_place_nor_a_count(self):
        page = self.post("/entities/by-query", {"cursor": self.cursor(), "limit": 1})
        self.assertEqual((self.names(page), page["totalItems"]), (["shop"], 3))
        back = self.post("/entities/by-query", {"cursor": page["pageInfo"]["prevCursor"], "limit": 1})
        self.assertEqual(self.names(back), ["ledger"])

    def test_a_malformed_cursor_says_which_member_is_wrong(self):
        for changes, message in (
            ({"isPrevious": None}, "cursor must have required property 'isPrevious'"),
            ({"isPrevious": "no"}, "cursor/isPrevious must be boolean"),
            ({"orderFields": [5]}, "cursor/orderFields/0 must be object"),
            ({"orderFields": [{"field": "a"}]}, "cursor/orderFields/0 must have required property 'order'"),
            ({"orderFields": [{"field": "a", "order": "up"}]}, "cursor/orderFields/0/order must be equal to one of"),
            ({"orderFieldValues": ["a", 1]}, "cursor/orderFieldValues/1 must be string or null"),
            ({"orderFieldValues": ["a"]}, "its values do not fit its order"),
            ({"fullTextFilter": "x"}, "cursor/fullTextFilter must be object"),
            ({"totalItems": "3"}, "cursor/totalItems must be number"),
        ):
            with self.subTest(message):
                body = {"cursor": self.cursor(**changes)}
                error = self.refused("/entities/by-query", message, body=body)
                self.assertTrue(error["error"]["message"].startswith("Malformed cursor"))

    def test_an_empty_cursor_is_refused(self):
        self.refused("/entities/by-query", "Cursor cannot be empty", body={"cursor": ""})
        self.refused("/locations/by-query", "Cursor cannot be empty", body={"cursor": ""})

    def test_an_order_in_a_body_has_a_field_and_a_direction(self):
        for order, message in (
            ({"order": "asc"}, "request/body/orderBy/0 must have required property 'field'"),
            ({"field": 5, "order": "asc"}, "request/body/orderBy/0/field must be string"),
            ({"field": "kind"}, "request/body/orderBy/0 must have required property 'order'"),
            ({"field": "kind", "order": "up"}, "request/body/orderBy/0/order must be equal to one of"),
        ):
            self.refused("/entities/by-query", message, body={"orderBy": [order]})

    def test_a_comma_without_a_direction_is_no_order(self):
        for path in ("orderField=metadata.name,", "orderField=metadata.name,,desc"):
            self.refused(f"/entities/by-query?{path}", "Invalid order field order, must be asc or desc")

    def test_several_order_fields_break_ties_in_turn(self):
        self.assertEqual(
            self.queried("filter=kind=component&orderField=spec.lifecycle,desc&orderField=metadata.name,desc"),
            ["ledger", "beta", "shop"],
        )

    def test_offset_reaches_into_those_without_the_field(self):
        query = "filter=kind=component&orderField=metadata.title,asc&limit=1&offset="
        self.assertEqual(
            [self.queried(f"{query}{number}") for number in range(4)], [["beta"], ["ledger"], ["shop"], []]
        )

    def test_a_limit_of_none_counts_and_the_count_can_be_left_out(self):
        self.assertEqual(self.get("/entities/by-query?limit=0"), {"items": [], "totalItems": 6, "pageInfo": {}})
        self.assertEqual(self.get("/entities/by-query?totalItems=exclude&limit=2")["totalItems"], 0)

    def test_fields_keep_only_what_they_name(self):
        found = self.get(
            "/entities/by-query?filter=metadata.name=ledger&fields=kind,metadata.annotations.nope,spec.type"
        )
        self.assertEqual(found["items"], [{"kind": "Component", "spec": {"type": "service"}}])
        key = "metadata.annotations.backstage.io/managed-by-location"
        found = self.get(f"/entities?filter=metadata.name=ledger&fields={key}")
        self.assertEqual(found, [{"metadata": {"annotations": {"backstage.io/managed-by-location": "file:b.yaml"}}}])

    def test_a_field_with_an_empty_step_leads_nowhere(self):
        for field in ("kind.", ".kind", "metadata..name"):
            with self.subTest(field):
                self.assertEqual(self.get(f"/entities?filter=kind=group&fields={field}"), [{}])

    def test_facets_count_values_in_their_own_case(self):
        found = self.get("/entity-facets?facet=kind&facet=metadata.tags&facet=nope&filter=kind=component")["facets"]
        self.assertEqual(found["kind"], [{"value": "Component", "count": 3}])
        self.assertEqual(found["metadata.tags"], [{"value": "core", "count": 1}, {"value": "go", "count": 2}])
        self.assertEqual(found["nope"], [])
        body = {"facets": ["spec.lifecycle"], "query": {"metadata.tags": "go"}}
        counted = self.post("/entity-facets", body)["facets"]
        self.assertEqual(counted, {"spec.lifecycle": [{"value": "production", "count": 2}]})

    # what can't be understood

    def asked_again(self, body):
        """How often values are counted when a question about facets is asked a second time."""
        first = self.post("/entity-facets", body)
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.post("/entity-facets", body), first)
        return sum("GROUP BY 1, 2" in one["sql"] for one in queries)

    def test_facets_of_few_values_are_kept(self):
        self.assertEqual(self.asked_again({"facets": ["kind", "metadata.tags"]}), 0)

    def test_facets_of_many_values_are_not_kept(self):
        with patch("plugins.catalog.queries.facets.MOST_KEPT", 4):
            self.assertEqual(self.asked_again({"facets": ["metadata.uid"]}), 1)

    def test_facets_of_a_long_question_are_not_kept(self):
        names = [f"name-{number}" for number in range(400)]
        self.assertEqual(self.asked_again({"facets": ["kind"], "query": {"metadata.name": {"$in": names}}}), 1)

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

    # changing

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

    # who

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
