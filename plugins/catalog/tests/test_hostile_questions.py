from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test.utils import override_settings
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from plugins.catalog.registering import location
from plugins.catalog.tests.files import component, read, write
from portal.testing import PluginTestCase

LONE = "\ud800"
HUGE = 10**400
CURSOR = {"orderFields": [], "orderFieldValues": ["component:default/a"], "isPrevious": False}

texts = st.one_of(
    st.sampled_from(["kind", "metadata.name", "metadata.uid", "target", "id", "relations", "", "\0", LONE, "%", "\\"]),
    st.text(st.characters(exclude_categories=()), max_size=5),
)
scalars = st.one_of(
    texts, st.booleans(), st.integers(), st.floats(allow_nan=False), st.just(HUGE), st.just(-HUGE), st.none()
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
compared = st.one_of(
    scalars,
    st.fixed_dictionaries({"$exists": st.booleans()}),
    st.fixed_dictionaries({"$in": st.lists(scalars, max_size=3)}),
    st.fixed_dictionaries({"$hasPrefix": texts}),
    st.fixed_dictionaries({"$contains": scalars | st.fixed_dictionaries({"type": texts, "targetRef": texts})}),
)
predicates = st.recursive(
    st.dictionaries(texts, compared | anything, max_size=3),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"$all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"$any": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"$not": inner}),
    ),
    max_leaves=6,
)
places = st.lists(texts | st.none(), max_size=3)


def encoded(data):
    return b64encode(json.dumps(data).encode()).decode()


def sometimes(**members):
    """Objects that have each of the members or not, and now and then something else in its place."""
    return st.fixed_dictionaries({}, optional={name: values | anything for name, values in members.items()})


order = sometimes(field=texts, order=st.sampled_from(["asc", "desc"]))
full_text = sometimes(term=texts, fields=st.lists(texts, max_size=3))
entity_cursors = sometimes(
    orderFields=st.lists(order, max_size=2),
    orderFieldValues=places,
    firstSortFieldValues=places,
    isPrevious=st.booleans(),
    totalItems=st.integers(0, 9),
    query=predicates,
    fullTextFilter=full_text,
)
sound_cursors = st.fixed_dictionaries(
    {"orderFields": st.just([{"field": "kind", "order": "asc"}]), "isPrevious": st.booleans()},
    optional={"query": predicates, "fullTextFilter": full_text},
).flatmap(lambda one: st.tuples(texts | st.none(), texts).map(lambda two: {**one, "orderFieldValues": list(two)}))
entities_asked = sometimes(
    query=predicates,
    limit=st.integers(0, 9),
    offset=st.integers(0, 9),
    orderBy=st.lists(order, max_size=2),
    fullTextFilter=full_text,
    fields=st.lists(texts, max_size=2),
    cursor=(entity_cursors | sound_cursors).map(encoded),
)
locations_asked = sometimes(
    query=predicates,
    limit=st.integers(1, 9),
    cursor=sometimes(query=predicates, limit=st.integers(1, 9), afterId=texts).map(encoded),
)
judged = sometimes(
    entity=sometimes(
        apiVersion=st.just("backstage.io/v1alpha1"),
        kind=st.sampled_from(["Component", "Location", "Group", "Other"]),
        metadata=sometimes(name=texts, namespace=texts, labels=anything, annotations=anything, tags=st.lists(texts)),
        spec=sometimes(type=texts, owner=texts, lifecycle=texts, target=texts, dependsOn=st.lists(texts)),
    ),
    location=st.just("url:https://git.example.com/a.yaml") | texts,
)


def nested(depth):
    data = []
    for _ in range(depth):
        data = [data]
    return data


@override_settings(API_RATE=1_000_000)
class HostileQuestions(PluginTestCase, TestCase):
    """Whatever stands in a body, the answer is one, or says what is wrong with the question."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        with TemporaryDirectory() as folder:
            write(Path(folder), a=component("a"), b=component("b"))
            read(Path(folder))
        for number in range(2):
            location("url", f"https://git.example.com/{number}.yaml").save()

    def setUp(self):
        super().setUp()
        self.signed_in = self.client_of(self.ann)

    def post(self, path, body):
        response = self.signed_in.post(f"/api/catalog{path}", json.dumps(body), content_type="application/json")
        self.assertLess(response.status_code, 500)
        return response

    def refused(self, path, body, message):
        response = self.post(path, body)
        self.assertEqual(response.status_code, 400, response.content[:1000])
        self.assertIn(message, response.json()["error"]["message"])

    @given(entities_asked)
    @example({"query": {"kind": HUGE}})
    @example({"query": {"a": nested(95)}})
    @example({"query": {"$any": [{}] * 1500}})
    @example({"query": {"kind": {"$hasPrefix": "x" * 60_000}}})
    @example({"fullTextFilter": {"term": "x" * 60_000}})
    @example({"cursor": encoded(CURSOR | {"orderFieldValues": [LONE]})})
    @example(
        {"cursor": encoded(CURSOR | {"orderFields": [{"field": LONE, "order": "asc"}], "orderFieldValues": [LONE] * 2})}
    )
    def test_pages_of_entities(self, body):
        self.post("/entities/by-query", body)

    @given(locations_asked)
    @example({"query": {"target": LONE}})
    @example({"query": {"target": {"$hasPrefix": LONE}}})
    @example({"query": {"target": "x" * 60_000}})
    @example({"query": {"target": HUGE}})
    @example({"cursor": encoded({"afterId": LONE})})
    @example({"cursor": encoded({"afterId": "\0"})})
    def test_pages_of_locations(self, body):
        self.post("/locations/by-query", body)

    @given(sometimes(facets=st.lists(texts, max_size=3), query=predicates))
    def test_facets(self, body):
        self.post("/entity-facets", body)

    @given(sometimes(entityRefs=st.lists(texts, max_size=3), fields=st.lists(texts, max_size=3), query=predicates))
    def test_references(self, body):
        self.post("/entities/by-refs", body)

    @given(judged)
    def test_entities_that_are_judged(self, body):
        self.post("/validate-entity", body)

    @given(sometimes(location=sometimes(type=texts, target=texts | texts.map("https://{}".format))))
    def test_repositories_that_are_analyzed(self, body):
        self.post("/analyze-location", body)

    @given(sometimes(entityRef=texts))
    def test_entities_that_are_refreshed(self, body):
        self.post("/refresh", body)

    def test_everything_in_a_predicate_counts(self):
        for path in ("/entities/by-query", "/locations/by-query"):
            for query in ({"$any": [{}] * 1500}, {"$all": [{}] * 1500}, {"$any": [{"$all": [{}]}] * 300}):
                self.refused(path, {"query": query}, "more than 500 conditions")
        self.refused("/locations/by-query", {"query": {"target": {"$in": ["x"] * 1500}}}, "more than 500 conditions")
        many = [str(number) for number in range(6000)]
        for query in ({"kind": {"$in": many}}, {"relations": {"$contains": {"type": "a", "targetRef": {"$in": many}}}}):
            self.refused("/entities/by-query", {"query": query}, "more than 5000 values")

    def test_as_much_as_may_be_asked_is_answered(self):
        widest = {"$any": [{"target": f"{number}"} for number in range(499)]}
        deepest = {"id": "x"}
        for _ in range(15):
            deepest = {"$not": {"$any": [deepest, {"type": "x"}]}}
        for query in (widest, deepest):
            self.assertEqual(self.post("/locations/by-query", {"query": query}).status_code, 200)
            self.assertEqual(self.post("/entities/by-query", {"query": query}).status_code, 200)
        values = {"kind": {"$in": [str(number) for number in range(5000)]}}
        self.assertEqual(self.post("/entities/by-query", {"query": values}).status_code, 200)

    def test_the_filter_and_the_query_of_references_count_together(self):
        names = "&".join(f"filter=a{number}" for number in range(400))
        query = {"$any": [{"kind": str(number)} for number in range(400)]}
        self.refused(f"/entities/by-refs?{names}", {"entityRefs": ["a:b/c"], "query": query}, "more than 500")

    def test_references_are_ten_thousand_at_most_and_answered_in_their_order(self):
        refs = [f"component:default/{'ab?'[number % 3]}" for number in range(10_000)]
        answer = self.post("/entities/by-refs", {"entityRefs": refs, "fields": ["metadata.name"]})
        found = {name: {"metadata": {"name": name}} for name in "ab"}
        self.assertEqual(answer.json()["items"], [found.get(ref[-1]) for ref in refs])
        self.refused("/entities/by-refs", {"entityRefs": [*refs, "a:b/c"]}, "there may be 10000 at most")

    def test_an_entity_that_is_named_many_times_is_written_in_pieces(self):
        with TemporaryDirectory() as folder:
            write(Path(folder), a=component("long", metadata=f"  description: {'x' * 300_000}"))
            read(Path(folder))
        refs = ["component:default/long", "component:default/none"] * 40
        answer = self.post("/entities/by-refs", {"entityRefs": refs})
        pieces = list(answer)
        self.assertLess(max(map(len, pieces)), 2_000_000)
        names = [item and item["metadata"]["name"] for item in json.loads(b"".join(pieces))["items"]]
        self.assertEqual(names, ["long", None] * 40)

    def test_full_text_fields_and_orders_are_few(self):
        fields = [str(number) for number in range(101)]
        self.refused("/entities/by-query", {"fullTextFilter": {"term": "a", "fields": fields}}, "100 fields at most")
        orders = [{"field": str(number), "order": "asc"} for number in range(9)]
        cursor = encoded(CURSOR | {"orderFields": orders, "orderFieldValues": ["x"] * 10})
        for body in ({"orderBy": orders}, {"cursor": cursor}):
            self.refused("/entities/by-query", body, "there may be 8 at most")

    def test_every_list_of_a_body_has_its_most(self):
        many = [str(number) for number in range(20_000)]
        order, condition = {"field": "kind", "order": "asc"}, {"kind": "a"}
        for path, body, message in (
            ("/entities/by-refs", {"entityRefs": many}, "there may be 10000 at most"),
            ("/entities/by-refs", {"entityRefs": ["a:b/c"], "fields": many}, "there may be 100 at most"),
            ("/entities/by-query", {"fields": many}, "there may be 100 at most"),
            ("/entities/by-query", {"orderBy": [order] * 20_000}, "there may be 8 at most"),
            ("/entities/by-query", {"fullTextFilter": {"term": "a", "fields": many}}, "100 fields at most"),
            ("/entities/by-query", {"query": {"$all": [condition] * 20_000}}, "more than 500 conditions"),
            ("/entities/by-query", {"query": dict.fromkeys(many, "a")}, "more than 500 conditions"),
            ("/entities/by-query", {"query": {"kind": {"$in": many}}}, "more than 5000 values"),
            ("/entities/by-query", {"cursor": encoded(CURSOR | {"orderFieldValues": many})}, "do not fit its order"),
            ("/entities/by-query", {"cursor": encoded(CURSOR | {"orderFields": [order] * 20_000})}, "8 at most"),
            ("/entity-facets", {"facets": many}, "there may be 100 at most"),
            ("/entity-facets", {"facets": ["kind"], "query": {"$any": [condition] * 20_000}}, "more than 500"),
            ("/locations/by-query", {"query": {"$any": [{"target": "a"}] * 20_000}}, "more than 500 conditions"),
            ("/locations/by-query", {"query": {"target": {"$in": many}}}, "more than 500 conditions"),
            ("/locations/by-query", {"cursor": encoded({"query": {"$all": [{"id": "a"}] * 20_000}})}, "more than 500"),
        ):
            with self.subTest(path=path, list=next(reversed(body))):
                self.refused(path, body, message)

    def test_every_list_of_an_address_has_its_most(self):
        many, orders = [str(number) for number in range(600)], ["asc:kind"] * 600
        for path, asked, message in (
            ("/entities", {"filter": many}, "more than 500 conditions"),
            ("/entities", {"filter": ",".join(["kind=a"] * 6_000)}, "more than 5000 values"),
            ("/entities", {"fields": ",".join(many)}, "there may be 100 at most"),
            ("/entities/by-query", {"fields": many}, "there may be 100 at most"),
            ("/entities/by-query", {"orderField": many}, "there may be 8 at most"),
            ("/entities/by-query", {"fullTextFilterTerm": "a", "fullTextFilterFields": ",".join(many)}, "100 fields"),
            ("/entity-facets", {"facet": many}, "there may be 100 at most"),
            ("/entity-facets", {"facet": "kind", "filter": many}, "more than 500 conditions"),
        ):
            with self.subTest(path=path, list=next(reversed(asked))):
                answer = self.signed_in.get(f"/api/catalog{path}", asked)
                self.assertEqual(answer.status_code, 400, answer.content[:1000])
                self.assertIn(message, answer.json()["error"]["message"])
        # Of these the first eight count.
        self.assertEqual(self.signed_in.get("/api/catalog/entities", {"order": orders}).status_code, 200)

    def test_fields_are_few_and_short(self):
        many, long = [f"metadata.{number}" for number in range(101)], "." * 1_001
        for path, rest in (("/entities/by-query", {}), ("/entities/by-refs", {"entityRefs": ["component:default/a"]})):
            self.refused(path, {**rest, "fields": many}, "Too many fields, there may be 100 at most")
            self.refused(path, {**rest, "fields": [long]}, "it may have 1000 characters at most")
            self.assertEqual(self.post(path, {**rest, "fields": [*many[:99], long[:1_000]]}).status_code, 200)
        for path in ("/entities", "/entities/by-query"):
            for fields in (",".join(many), long):
                answer = self.signed_in.get(f"/api/catalog{path}", {"fields": fields})
                self.assertEqual(answer.status_code, 400, answer.content[:1000])

    def test_what_is_nested_too_deep_is_refused(self):
        location = "url:https://git.example.com/a.yaml"
        self.refused(
            "/validate-entity", {"entity": {"spec": nested(800)}, "location": location}, "nested more than 100"
        )
        self.refused("/entities/by-query", {"cursor": encoded(CURSOR | {"query": nested(200)})}, "nested more than")

    def test_a_field_may_lead_through_keys_that_have_dots(self):
        annotations = {"example.com/a.b": "one", "example.com": "two"}
        with TemporaryDirectory() as folder:
            written = "".join(f"    {key}: {value}\n" for key, value in annotations.items())
            write(Path(folder), a=component("dotted", metadata=f"  annotations:\n{written}"))
            read(Path(folder))
        ref = {"entityRefs": ["component:default/dotted"]}
        for field, found in (
            ("metadata.annotations.example.com", {"annotations": {"example.com": "two"}}),
            ("metadata.annotations.example.com/a.b", {"annotations": {"example.com/a.b": "one"}}),
            ("metadata.annotations.example.com/a", None),
            ("metadata.annotations.example", None),
            ("metadata.name.", None),
        ):
            [item] = self.post("/entities/by-refs", {**ref, "fields": [field]}).json()["items"]
            self.assertEqual(item, {"metadata": found} if found else {}, field)

    def test_fields_may_name_what_looks_like_an_index(self):
        labels = {"0": "zero", "999999999": "large", "abc": "text"}
        with TemporaryDirectory() as folder:
            stated = "".join(f"    '{key}': {value}\n" for key, value in labels.items())
            write(Path(folder), a=component("labelled", metadata=f"  labels:\n{stated}  tags: [go]"))
            read(Path(folder))
        fields = [*(f"metadata.labels.{key}" for key in labels), "metadata.tags.0", f"metadata.tags.{'9' * 900}"]
        body = {"query": {"metadata.name": "labelled"}, "fields": fields}
        self.assertEqual(
            self.post("/entities/by-query", body).json()["items"], [{"metadata": {"labels": labels, "tags": ["go"]}}]
        )
