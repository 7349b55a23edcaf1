from __future__ import annotations

import json
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.core.management import call_command

from plugins.catalog.models import Entity
from plugins.catalog.personal import Star, Visit
from plugins.catalog.tests.files import component, fill, group, user
from portal.testing import person

pytestmark = pytest.mark.django_db

API = "/api/catalog"
SHOWN, HIDDEN = "component:default/zeppelin-shown", "component:default/zeppelin-hidden"
NAMES = [ref.rpartition("/")[2] for ref in (SHOWN, HIDDEN)]
PAGES = [f"/catalog/default/component/{name}/" for name in NAMES]
TITLES = ["Hidden crew", "Hidden fleet"]
SYSTEM = """apiVersion: backstage.io/v1alpha1
kind: System
metadata:
  name: fleet
  title: Hidden fleet
spec:
  owner: crew
"""


@contextmanager
def hiding(*refs):
    """Let the function that says what people may see leave these out."""
    visible = Entity.objects.exclude(ref__in=refs)
    with patch("plugins.catalog.visibility.Entity.objects.all", lambda: visible):
        yield


@pytest.fixture
def zeppelins(client):
    """Two components of a team and a system, each twice, so that both are among the problems; what is only of the
    hidden one, the team and the system are hidden from Bob, who is in the team."""
    shown, hidden = (component(name, owner="crew", more="  system: fleet") for name in NAMES)
    nowhere = component("zeppelin-of-nobody", owner="[]")
    fill(
        a=shown, b=hidden, c=shown, d=hidden, e=group("crew", "Hidden crew"), f=SYSTEM, g=user("bob", "crew"), h=nowhere
    )
    call_command("search", "rebuild", verbosity=0)
    bob = person("bob", admin=True)
    for ref in (SHOWN, HIDDEN):
        Star.put(bob, ref, True)
        Visit.record(bob, ref)
    client.force_login(bob)
    with hiding(HIDDEN, "group:default/crew", "system:default/fleet"):
        yield client


def text_of(answer):
    assert answer.status_code == 200, answer
    return b"".join(answer).decode()


@pytest.mark.parametrize(
    "address",
    [
        "/catalog/?kind=component",
        "/catalog/?kind=all&scope=owned&columns=owner,system",
        "/catalog/?kind=all&scope=starred",
        "/catalog/export.csv?kind=all",
        "/catalog/export.json?kind=component",
        "/catalog/export.yaml?kind=all",
        "/catalog/problems/",
        "/catalog/problems/?owner=me",
        PAGES[0],
        f"{PAGES[0]}dependencies/?relation=partOf&relation=ownedBy&depth=3",
        f"{PAGES[0]}edit/",
        f"{PAGES[0]}origin/",
        f"{PAGES[0]}problems/",
        f"{PAGES[0]}raw/",
        "/cards/catalog/owned/",
        "/cards/catalog/recent/",
        "/cards/catalog/starred/",
        "/cards/catalog/visited/",
        f"{API}/entities",
        f"{API}/entities?limit=500",
        f"{API}/entities/by-query",
        f"{API}/entities/by-query?fullTextFilterTerm=zeppelin&fullTextFilterFields=metadata.name",
        f"{API}/entities/by-name/component/default/zeppelin-shown",
        f"{API}/entities/by-name/component/default/zeppelin-shown/ancestry",
        f"{API}/entity-facets?facet=metadata.name&facet=metadata.title",
    ],
)
def test_what_the_one_function_hides_is_hidden_everywhere(zeppelins, address):
    text = text_of(zeppelins.get(address))
    assert NAMES[0] in text
    assert [one for one in (NAMES[1], *TITLES) if one in text] == []


@pytest.mark.parametrize(
    "address", ["/", "/catalog/new/", "/catalog/register/", "/catalog/default/user/bob/", "/cards/catalog/health/"]
)
def test_what_names_no_component_names_nothing_that_is_hidden(zeppelins, address):
    text = text_of(zeppelins.get(address))
    assert [one for one in (NAMES[1], *TITLES) if one in text] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/entities/by-query", {"query": {"kind": "component"}}),
        ("/entities/by-refs", {"entityRefs": [SHOWN, HIDDEN, "group:default/crew", "system:default/fleet"]}),
        ("/entity-facets", {"facets": ["metadata.name", "metadata.title"]}),
    ],
)
def test_what_is_hidden_is_in_no_answer_to_a_body(zeppelins, path, body):
    text = text_of(zeppelins.post(f"{API}{path}", json.dumps(body), content_type="application/json"))
    assert NAMES[0] in text
    assert [one for one in (NAMES[1], *TITLES) if one in text] == []


@pytest.mark.parametrize(
    "address",
    [
        *(PAGES[1] + tab for tab in ("", "dependencies/", "edit/", "origin/", "people/", "problems/", "raw/", "star/")),
        "/catalog/default/group/crew/",
        "/catalog/default/system/fleet/",
        f"{API}/entities/by-name/component/default/zeppelin-hidden",
        f"{API}/entities/by-name/component/default/zeppelin-hidden/ancestry",
        f"{API}/locations/by-entity/component/default/zeppelin-hidden",
    ],
)
def test_what_is_hidden_has_no_address(zeppelins, address):
    assert zeppelins.get(address).status_code == 404


def test_what_is_hidden_is_neither_found_by_its_uid_nor_deleted(zeppelins):
    address = f"{API}/entities/by-uid/{Entity.objects.get(ref=HIDDEN).uid}"
    assert zeppelins.get(address).status_code == 404
    assert zeppelins.delete(address).status_code == 204
    assert Entity.objects.filter(ref=HIDDEN).exists()


def test_problems_are_counted_without_those_of_what_is_hidden(zeppelins):
    page = text_of(zeppelins.get("/catalog/problems/"))
    assert "<p>2 problems</p>" in page
    assert "zeppelin-of-nobody" in page
    assert "1 document could not be read" in text_of(zeppelins.get("/cards/catalog/owned/"))
    assert '<span class="count">2</span>' in text_of(zeppelins.get("/cards/catalog/health/"))


def test_a_page_says_nothing_of_a_problem_that_what_is_hidden_has_in_the_same_file(client):
    named = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: airfields
spec:
  target: ./zeppelin-airfield.yaml
"""
    fill(a=component(NAMES[0]) + "---\n" + named)
    client.force_login(person("bob"))
    assert "zeppelin-airfield" in text_of(client.get(PAGES[0]))
    with hiding("location:default/airfields"):
        assert "zeppelin-airfield" not in text_of(client.get(PAGES[0]))


@pytest.mark.parametrize(
    "address", ["/search/?q=zeppelin", "/search/suggest/?q=zeppelin", "/api/search/query?term=zeppelin"]
)
def test_search_finds_nothing_that_is_hidden(zeppelins, address):
    text = text_of(zeppelins.get(address))
    assert NAMES[0] in text
    assert NAMES[1] not in text
    assert "Hidden fleet" not in text


def test_search_knows_what_is_found_by_the_title_of_its_owner_also_where_that_is_hidden(zeppelins):
    results = zeppelins.get("/api/search/query?term=crew").json()["results"]
    assert [one["document"]["name"] for one in results] == [NAMES[0]]
