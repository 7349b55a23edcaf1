"""The graph of an entity."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenTab
from tests.browser.devices import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

GRAPH = "/catalog/default/component/payment-service/dependencies/"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("query", ["", "?depth=3"], ids=["one step", "three steps"])
def test_on_a_phone_the_entity_itself_is_in_view_at_first(open_tab: OpenTab, query: str, script: bool) -> None:
    tab = open_tab("erin", PHONE, java_script_enabled=script)
    tab.goto(GRAPH + query)
    assert is_centre_in_view(tab)


def test_who_wants_less_motion_sees_the_entity_itself_at_first_too(open_tab: OpenTab) -> None:
    tab = open_tab("erin", PHONE, reduced_motion="reduce")
    tab.goto(GRAPH)
    assert is_centre_in_view(tab)


def test_the_graph_can_be_scrolled_to_either_side(open_tab: OpenTab) -> None:
    tab = open_tab("erin", PHONE)
    tab.goto(GRAPH)
    tab.wait_for_timeout(300)
    places = tab.locator(".catalog-graph").evaluate(
        "graph => [0, 1000].map((left) => (graph.scrollTo(left, 0), graph.scrollLeft))"
    )
    assert places[0] == 0
    assert places[1] > 300


def is_centre_in_view(tab: Page) -> bool:
    tab.wait_for_timeout(300)
    graph, centre = (tab.locator(part).bounding_box() for part in (".catalog-graph", ".catalog-node-centre rect"))
    assert graph and centre
    return graph["x"] <= centre["x"] and centre["x"] + centre["width"] <= graph["x"] + graph["width"]
