"""The entities that stand for locations, and the ancestry that they give others."""

from __future__ import annotations

import hashlib
import json

import pytest

from plugins.catalog.ancestry import lineage
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.models import Entity, Problem
from plugins.catalog.tests.files import component, configured, group, read, write

pytestmark = pytest.mark.django_db

LOCATION = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: all
spec:
  targets: [./a/one.yaml]
"""


def generated(target, type_="file"):
    return f"generated-{hashlib.sha1(f'{type_}:{target}'.encode()).hexdigest()}"  # noqa: S324 - Backstage's name


def line(name):
    return [one.name for one in lineage(Entity.objects.get(name=name), Entity.objects.all())]


def test_a_configured_location_is_an_entity_in_backstages_form(tmp_path):
    write(tmp_path, all=component("one"))
    read(tmp_path, "all.yaml")
    data = json.loads(Entity.objects.get(kind="Location").data)
    places = dict.fromkeys(
        ("backstage.io/managed-by-location", "backstage.io/managed-by-origin-location"), "file:all.yaml"
    )
    assert (data["apiVersion"], data["spec"]) == ("backstage.io/v1alpha1", {"type": "file", "target": "all.yaml"})
    assert (data["metadata"]["name"], data["metadata"]["annotations"]) == (generated("all.yaml"), places)


def test_a_chain_leads_from_an_entity_over_what_named_its_file_to_what_is_configured(tmp_path):
    write(tmp_path, all=LOCATION, a__one=component("one"))
    read(tmp_path, "all.yaml")
    assert line("one") == ["one", generated("a/one.yaml"), "all", generated("all.yaml")]


def test_a_location_needs_no_rule_that_allows_it(tmp_path):
    write(tmp_path, all=group("payments"))
    ingest(configured("all.yaml", rules=[{"allow": ["Group"]}]), tmp_path)
    assert set(Entity.objects.values_list("kind", flat=True)) == {"Group", "Location"}


def test_reading_one_file_again_leaves_the_chain_as_it_is(tmp_path):
    write(tmp_path, all=LOCATION, a__one=component("one"))
    read(tmp_path, "all.yaml")
    before = list(Entity.objects.order_by("ref").values("ref", "parent_ref", "digest"))
    for file in ("all.yaml", "a/one.yaml"):
        summary = ingest(configured("all.yaml"), tmp_path, file)
        assert (summary.changed, summary.removed) == (0, 0)
        assert list(Entity.objects.order_by("ref").values("ref", "parent_ref", "digest")) == before


def test_a_target_that_two_locations_name_is_no_problem(tmp_path):
    write(tmp_path, all=LOCATION, more=LOCATION.replace("all", "more"), a__one=component("one"))
    read(tmp_path, "all.yaml", "more.yaml")
    assert not Problem.objects.exists()
    ingest(configured("all.yaml", "more.yaml"), tmp_path, "more.yaml")
    assert not Problem.objects.exists()
    assert line("one") == ["one", generated("a/one.yaml"), "all", generated("all.yaml")]


def test_a_location_that_can_not_be_read_is_there_with_its_problem(tmp_path):
    read(tmp_path, "absent.yaml")
    assert Problem.objects.get().ref == Entity.objects.get().ref


def test_a_location_goes_with_what_names_it(tmp_path):
    write(tmp_path, all=LOCATION, a__one=component("one"), other=component("other"))
    read(tmp_path, "all.yaml", "other.yaml")
    read(tmp_path, "other.yaml")
    assert set(Entity.objects.values_list("name", flat=True)) == {"other", generated("other.yaml")}
