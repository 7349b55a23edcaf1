from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.definitions.operations import Unreadable
from plugins.catalog.definitions.prose import Prose
from plugins.catalog.definitions.reading import read
from plugins.catalog.tests import files
from plugins.catalog.tests.definition_texts import GRAPHQL, GRPC
from portal.testing import PluginTestCase

NODE = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "id": {"type": "string"}}}
OPENAPI = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://api.example/v1"}],
    "paths": {
        "/nodes/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "put": {
                "tags": ["Nodes"],
                "summary": "Replace a node",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}},
                "responses": {"204": {"description": "Replaced"}},
            },
        },
        "/health": {"get": {"summary": "Say how it is", "responses": {}}},
    },
    "components": {"schemas": {"Node": NODE}},
}
ASYNCAPI = {
    "asyncapi": "2.6.0",
    "channels": {"orders": {"publish": {"message": {"name": "placed", "payload": {"properties": {"total": {}}}}}}},
}
SWAGGER = {
    "swagger": "2.0",
    "host": "old.example",
    "basePath": "/v0",
    "paths": {"/x": {"post": {"parameters": [{"in": "body", "name": "b", "schema": {"properties": {"a": {}}}}]}}},
}
TOLD = {
    "openapi": "3.0.3",
    "info": {"title": "Told", "version": "2.1", "description": "Speaks **clearly**."},
    "servers": [{"url": "https://told.example"}],
    "paths": {
        "/x": {
            "get": {
                "description": "Made\n\n* of lists\n* and <b>raw</b>",
                "parameters": [{"name": "sum", "in": "query", "description": "in `euros`"}],
            }
        }
    },
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "paths /a get post parameters name in schema $ref properties type items allOf required tags channels "
                "publish message operations channel messages payload oneOf servers url content requestBody".split()
            ),
            inner | st.sampled_from(("#/paths", "#/channels", "array", "object", "body")),
            max_size=4,
        )
    ),
    max_leaves=30,
)


def api(name: str, type_: str, definition: str) -> str:
    return f"""apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: {name}
spec:
  type: {type_}
  lifecycle: production
  owner: payments
  definition: {json.dumps(definition)}
"""


class Definitions(PluginTestCase):
    """An API of each type, and one whose definition is broken."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        with TemporaryDirectory() as folder:
            files.write(
                Path(folder),
                nodes=api("nodes", "openapi", json.dumps(OPENAPI)),
                orders=api("orders", "asyncapi", json.dumps(ASYNCAPI)),
                old=api("old", "openapi", json.dumps(SWAGGER)),
                broken=api("broken", "openapi", "openapi: 3.1.0\npaths: [\n"),
                shop=api("shop", "graphql", GRAPHQL),
                told=api("told", "openapi", json.dumps(TOLD)),
                starred=api("starred", "grpc", "// Not *bold*.\nmessage A {}"),
                calls=api("calls", "grpc", GRPC),
                torn=api("torn", "graphql", "type Query {\n  a: String\n  b String\n}"),
                cut=api("cut", "grpc", "service A {\n  rpc Place(Order) return (Order);\n}"),
                bare=api("bare", "openapi", "openapi: 3.1.0\ninfo: {title: Bare, version: '1'}\npaths: {}\n"),
                long=api("long", "grpc", "// comment\n" * 200_000),
            )
            files.read(Path(folder))

    def page(self, path):
        return self.client_of(self.bob).get(f"/catalog/default/api/{path}")

    def test_operations_are_grouped_with_parameters_bodies_and_responses(self):
        html = self.page("nodes/definition/").content.decode()
        for part in (
            "<h2>Nodes</h2>",
            "Replace a node",
            "<code>next</code>",
            "fields as above",
            "in path, required",
            "Replaced",
        ):
            self.assertIn(part, html)
        self.assertIn("curl -X PUT", html)

    def test_operations_are_filtered_by_the_address(self):
        html = self.page("nodes/definition/?q=replace+PUT").content.decode()
        self.assertIn("1 operation<", html)
        self.assertNotIn("Say how it is</summary>", html)
        self.assertIn("Say how it is</summary>", self.page("nodes/definition/").content.decode())

    def test_messages_of_channels_and_bodies_of_the_older_version_are_shown(self):
        self.assertContains(self.page("orders/definition/"), "<code>total</code>")
        self.assertContains(self.page("old/definition/"), "https://old.example/v0/x")

    def test_a_definition_is_introduced_and_its_descriptions_are_markdown(self):
        html = self.page("told/definition/").content.decode()
        for part in (
            '<h2>Told <span class="tag">2.1</span></h2>',
            "Speaks <strong>clearly</strong>.",
            "<li>of lists</li>",
            "in <code>euros</code>",
            "<code>https://told.example</code>",
            "&lt;b&gt;raw&lt;/b&gt;",
        ):
            self.assertIn(part, html)

    def test_comments_of_a_proto_file_are_shown_as_they_are(self):
        self.assertContains(self.page("starred/definition/"), "Not *bold*.")

    def test_a_filter_that_matches_nothing_offers_to_be_removed(self):
        answer = self.page("nodes/definition/?q=nothing+like+it")
        self.assertContains(answer, "Nothing matches “nothing like it”")
        self.assertContains(answer, "The definition has 2 operations in all.")
        self.assertContains(
            answer, '<a class="button" href="/catalog/default/api/nodes/definition/">Remove the filter</a>'
        )

    def test_a_definition_without_operations_says_so_and_offers_no_filter(self):
        for query in ("", "?q=anything"):
            answer = self.page(f"bare/definition/{query}")
            self.assertContains(answer, "The definition has no operations.")
            self.assertNotContains(answer, "Filter operations")

    def test_a_broken_definition_says_where_and_is_shown_as_it_is(self):
        answer = self.page("broken/definition/")
        self.assertContains(answer, "Line 3")
        self.assertContains(answer, "paths: [")

    def test_what_a_graphql_schema_offers_is_shown_with_arguments_results_and_a_request(self):
        html = self.page("shop/definition/").content.decode()
        for part in (
            "<h2>Queries</h2>",
            "<h2>Mutations</h2>",
            "<h2>Subscriptions</h2>",
            "Find an order.",
            '<div class="prose">Only those of your own team.</div>',
            "Its number",
            "Deprecated: Use search.",
            "<code>search</code>",
            "<code>lines(first: Int!)</code>",
            "$GRAPHQL_URL",
        ):
            self.assertIn(part, html)

    def test_the_operations_and_types_of_graphql_and_grpc_are_filtered(self):
        self.assertContains(self.page("shop/definition/?q=mutation"), "1 operation or type<")
        self.assertContains(self.page("shop/definition/?q=sku"), "<code>Line</code>")
        self.assertContains(self.page("calls/definition/?q=place+unary"), "Place an order.")

    def test_what_a_proto_file_declares_is_shown_with_its_comments(self):
        html = self.page("calls/definition/").content.decode()
        for part in ("<h2>shop.v1.Orders</h2>", "BIDI STREAM", "stream of PlaceAnswer", "In euros.", "by sku"):
            self.assertIn(part, html)
        self.assertIn("map of string to Line = 2", html)

    def test_the_lines_about_what_is_wrong_are_shown(self):
        self.assertContains(self.page("torn/definition/"), "<strong>3    b String</strong>")
        self.assertContains(self.page("cut/definition/"), "<strong>2    rpc Place(Order) return (Order);</strong>")

    def test_a_definition_of_megabytes_is_shown_in_part(self):
        answer = self.page("long/definition/")
        self.assertContains(answer, "longer than 2,000,000 characters")
        self.assertContains(answer, "the download has all of them")
        self.assertLess(len(answer.content), 300_000)

    def test_a_definition_is_downloaded_as_its_type(self):
        answer = self.page("nodes/definition/download/")
        self.assertEqual(answer["Content-Type"], "application/json; charset=utf-8")
        self.assertEqual(answer["Content-Disposition"], 'attachment; filename="nodes.json"')
        self.assertEqual(json.loads(answer.content), OPENAPI)
        self.assertIn("shop.graphql", self.page("shop/definition/download/")["Content-Disposition"])


def test_a_schema_that_multiplies_itself_is_read_in_bounded_time():
    many = {"allOf": [{"$ref": "#/components/schemas/Many"}] * 1000}
    body = {"content": {"application/json": {"schema": many}}}
    root = {
        "openapi": "3.1.0",
        "paths": {"/x": {"post": {"requestBody": body}}},
        "components": {"schemas": {"Many": many}},
    }
    assert read("openapi", json.dumps(root)).operations[0].detail.bodies[0].fields == []


@given(st.sampled_from(("openapi", "asyncapi")), JSON)
def test_a_definition_of_any_shape_is_read_or_refused(type_, value):
    root = {type_: "3", **value} if isinstance(value, dict) else value
    try:
        operations = read(type_, json.dumps(root)).operations
    except Unreadable as error:
        assert str(error)  # noqa: PT017 - either is right
    else:
        assert all(one.path is not None and one.detail for one in operations)


def test_a_command_for_an_address_without_a_host_asks_for_it():
    root = {
        "openapi": "3.0.0",
        "servers": [{"url": "/v1"}],
        "paths": {"/it's": {"get": {"parameters": [{"name": "q", "in": "query", "required": True}]}}},
    }
    (found,) = read("openapi", json.dumps(root)).operations
    assert found.detail.curl == """curl -X GET "$API_URL"'/v1/it'"'"'s?q={q}'"""


def test_texts_that_would_take_too_long_as_markdown_are_shown_as_they_are():
    prose = Prose(is_markdown=True)
    assert prose.html("*a*") == "<em>a</em>"
    assert prose.html("*" + "[" * 100_000).startswith("*[")
    assert [prose.html(f"*{number}* " + "[" * 1_000)[:4] for number in range(100)][-1] == "*99*"
