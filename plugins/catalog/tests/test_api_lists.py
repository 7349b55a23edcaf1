from __future__ import annotations

import base64
import json
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.catalog.tests.api_case import ApiCase


class Lists(ApiCase):
    """Entities by filter, order, page and facet."""

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
