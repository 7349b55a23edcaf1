from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog import graph
from plugins.catalog.models import Entity
from plugins.catalog.tests.files import component, fill
from portal.testing import PluginTestCase

API = """apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: orders
spec: {type: openapi, lifecycle: production, owner: payments, definition: "{}"}
"""
LONG = "of-which-there-are-many-words-in-its-name"


class TheGraph(PluginTestCase):
    """store provides orders, which desk consumes; a and b need each other, and c needs b; hub has many neighbours."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        many = ", ".join(f"resource:many-{number:02}" for number in range(25))
        fill(
            a=component("a", more="  dependsOn: [component:b]"),
            b=component("b", more="  dependsOn: [component:a]"),
            c=component("c", more="  dependsOn: [component:b]"),
            desk=component("desk", more="  consumesApis: [orders]"),
            hub=component("hub", more=f"  dependsOn: [{many}, 'component:{LONG}']"),
            orders=API,
            store=component("store", more="  providesApis: [orders]"),
            wide=component("wide", metadata="  title: MMMMMMMMMMMMMMMMMMMMMMM"),
        )

    def page(self, name, query="", kind="component"):
        response = self.client_of(self.bob).get(f"/catalog/default/{kind}/{name}/dependencies/{query}")
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def listed(self, name, query="", kind="component"):
        edges = re.search(r'<ul class="catalog-edges">(.*?)</ul>', self.page(name, query, kind), re.DOTALL)
        rows = re.findall(r"<li>(.*?)</li>", edges[1], re.DOTALL) if edges else []
        return [" ".join(re.sub(r"<[^>]*>", "", row).split()) for row in rows]

    def test_who_consumes_an_api_needs_who_provides_it(self):
        both = ["desk consumes orders", "store provides orders"]
        self.assertEqual(self.listed("store", "?direction=in&depth=2"), both)
        self.assertEqual(self.listed("store", "?direction=out&depth=2"), [])
        self.assertEqual(self.listed("desk", "?direction=out&depth=2"), both)
        self.assertEqual(self.listed("orders", "?direction=in", "api"), both[:1])
        self.assertEqual(self.listed("orders", "?direction=out", "api"), both[1:])

    def test_both_directions_show_what_needs_it_through_a_ring_too(self):
        expected = ["a depends on b", "b depends on a", "c depends on b"]
        self.assertEqual(self.listed("a", "?direction=in&depth=2"), expected)
        self.assertEqual(self.listed("a", "?direction=both&depth=2"), expected)

    def test_a_direction_without_relations_says_which(self):
        self.assertIn("Nothing in the catalog needs it", self.page("c", "?direction=in"))

    def test_what_the_catalog_lacks_is_named_by_its_name_and_kind(self):
        svg = re.search(r"<svg role.*?</svg>", self.page("hub"), re.DOTALL)[0]
        self.assertIn(">many-00</text>", svg)
        self.assertIn(">resource, not found</text>", svg)
        self.assertIn("<title>resource:default/many-00 (not in the catalog)</title>", svg)
        self.assertRegex(svg, r">of-which-there[^<]*…</text>")

    def test_nodes_stand_in_neighbouring_columns_within_the_picture(self):
        svg = re.search(r"<svg role.*?</svg>", self.page("a", "?depth=2"), re.DOTALL)[0]
        places = sorted(int(x) for x in re.findall(r'transform="translate\((\d+) ', svg))
        self.assertEqual(places, [8, 258, 508])
        self.assertIn('viewBox="0 0 740 ', svg)

    def test_the_centre_stands_on_the_first_screen_beside_many_neighbours(self):
        centre = re.search(r'catalog-node-centre" transform="translate\(\d+ (\d+)\)"', self.page("hub"))
        self.assertLess(int(centre[1]), 600)

    def test_wide_letters_are_cut_earlier(self):
        label = re.search(r">(M+…)</text>", self.page("wide", "?relation=ownedBy"))
        self.assertLess(len(label[1]), 15)


NAMES = "abcdef"


@pytest.mark.django_db
@given(st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12), st.integers(1, graph.MAX_DEPTH))
def test_both_directions_show_all_that_each_alone_shows(needs, depth):
    targets = {name: ", ".join(f"component:{target}" for source, target in needs if source == name) for name in NAMES}
    fill(**{name: component(name, more=f"  dependsOn: [{targets[name]}]") for name in NAMES})
    centre = Entity.objects.get(ref="component:default/a")

    def shown(direction):
        wanted = graph.Wanted(depth, direction, ("dependsOn",))
        found = graph.around(centre, Entity.objects.all(), wanted)
        return {node.ref for node in found.nodes}, {(edge.source.ref, edge.target.ref) for edge in found.edges}

    both, out, into = shown(graph.BOTH), shown(graph.OUT), shown(graph.IN)
    assert both[0] == out[0] | into[0]
    assert both[1] == out[1] | into[1]
