from __future__ import annotations

import json
import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.catalog.ingestion import ingest
from plugins.catalog.ingestion.search_rows import as_text, rows_of
from plugins.catalog.models import Entity, Problem, SearchRow
from plugins.catalog.revision import revision
from plugins.catalog.tests.files import component, group, read, stated, write

ENTITY = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "One", "namespace": "default", "uid": "u", "etag": "e", "tags": ["go", "core"]},
    "spec": {"Type": "Service", "nested": {"n": 1.0, "gone": None, "list": [{"deep": True}, "Item", 7]}},
    "relations": [{"type": "ownedBy", "targetRef": "group:default/Payments"}],
    "status": {"items": []},
}


def found(**changes):
    return {(key, value) for key, value, _, _ in rows_of(ENTITY | changes)}


def test_every_scalar_stands_under_its_path_in_lower_case():
    assert {("kind", "component"), ("spec.type", "service"), ("spec.nested.n", "1")} <= found()
    assert {("spec.nested.list.deep", "true"), ("spec.nested.list", "7"), ("spec.nested.gone", None)} <= found()


def test_texts_in_lists_are_values_and_keys():
    assert {("metadata.tags", "go"), ("metadata.tags.go", "true"), ("spec.nested.list.item", "true")} <= found()
    assert ("spec.nested.list.7", "true") not in found()


def test_name_namespace_uid_and_relations_have_rows_of_their_own_and_status_has_none():
    rows = found()
    assert {("metadata.name", "one"), ("metadata.namespace", "default"), ("metadata.uid", "u")} <= rows
    assert ("relations.ownedby", "group:default/payments") in rows
    assert not [key for key, _ in rows if key.startswith(("status", "metadata.etag"))]


def test_long_values_are_null_and_long_keys_have_no_row():
    rows = found(spec={"long": "x" * 201, "fits": "x" * 200, "k" * 200: "v"})
    assert {("spec.long", None), ("spec.fits", "x" * 200)} <= rows
    assert not [key for key, _ in rows if "kkk" in key]


def test_only_the_first_of_several_values_sorts_and_the_case_is_kept():
    tags = [row[1:] for row in rows_of(ENTITY) if row[0] == "metadata.tags"]
    assert tags == [("go", None, True), ("core", None, False)]
    assert ("spec.type", "service", "Service", True) in rows_of(ENTITY)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1"), (1e21, "1e+21"), (1e20, "1" + "0" * 20), (1.5e-7, "1.5e-7"), (1e-6, "0.000001"), (-0.0, "0")]
    + [(12345678901234567890, "12345678901234567000"), (100.25, "100.25"), (True, "true")]
    + [(10**400, "Infinity"), (-(10**400), "-Infinity"), (math.inf, "Infinity"), (math.nan, "NaN")],
)
def test_numbers_are_written_as_javascript_writes_them(number, text):
    assert as_text(number) == text


@pytest.mark.django_db
def test_the_final_form_has_uid_etag_and_relations_from_both_ends(tmp_path):
    write(tmp_path, a=group("payments"), b=component("one"))
    read(tmp_path)
    owner = Entity.objects.get(ref="group:default/payments")
    data = json.loads(owner.data)
    assert data["metadata"]["uid"] == owner.uid
    assert len(data["metadata"]["etag"]) == 40
    assert data["relations"] == [{"type": "ownerOf", "targetRef": "component:default/one"}]
    assert SearchRow.objects.filter(entity=owner, key="relations.ownerof", value="component:default/one").exists()
    assert not Entity.objects.filter(stale=True).exists()


@pytest.mark.django_db
def test_what_others_say_of_an_entity_changes_it_and_its_etag(tmp_path):
    write(tmp_path, a=group("payments"), b=component("one"))
    read(tmp_path)
    before = Entity.objects.get(ref="group:default/payments")
    (tmp_path / "b.yaml").unlink()
    read(tmp_path)
    after = Entity.objects.get(ref="group:default/payments")
    assert json.loads(after.data)["relations"] == []
    assert json.loads(after.data)["metadata"]["etag"] != json.loads(before.data)["metadata"]["etag"]
    assert not SearchRow.objects.filter(key="relations.ownerof").exists()


@pytest.mark.django_db
def test_an_unchanged_reading_keeps_the_revision_and_a_change_does_not(tmp_path):
    write(tmp_path, a=component("one"))
    read(tmp_path)
    before = revision.token()
    read(tmp_path)
    assert revision.token() == before
    write(tmp_path, a=component("one", owner="other"))
    read(tmp_path)
    assert revision.token() != before


@pytest.mark.django_db
def test_an_entity_whose_document_breaks_stays_with_the_error_as_its_status(tmp_path):
    write(tmp_path, a=component("one"), b=component("two"))
    read(tmp_path)
    write(tmp_path, a=component("one").replace("  type: service\n", ""), b="a: [")
    assert read(tmp_path).removed == 0
    status = json.loads(Entity.objects.get(ref="component:default/one").data)["status"]
    assert status["items"][0]["level"] == "error"
    assert "must have required property 'type'" in status["items"][0]["message"]
    write(tmp_path, a=component("one"), b=component("two"))
    assert read(tmp_path).changed == 2
    assert "status" not in json.loads(Entity.objects.get(ref="component:default/one").data)


@pytest.mark.django_db
def test_an_entity_with_more_values_than_anybody_searches_for_is_a_problem(tmp_path):
    annotations = "".join(f"    key-{number}: x\n" for number in range(25_000))
    write(tmp_path, a=component("one").replace("metadata:\n", f"metadata:\n  annotations:\n{annotations}"))
    read(tmp_path)
    assert Problem.objects.get().reason == "Entity has more than 25,000 values that it can be found by"
    assert not stated().exists()


@pytest.mark.django_db
def test_keys_that_differ_in_casing_only_are_a_problem(tmp_path):
    write(tmp_path, a=component("one", more="  Owner: x"))
    read(tmp_path)
    assert Problem.objects.get().reason == "Entity has duplicate keys that vary only in casing, 'spec.owner'"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "key", "line"),
    [
        ("  extra:\n    one: 1\n    Region: a\n    region: b", "spec.extra.region", 13),
        ("  extra:\n    - x: {y: 1}\n    - x: {Y: 1}", "spec.extra.x.y", 12),
        ("  a.B: 1\n  a:\n    c: 1\n    b: 2", "spec.a.b", 13),
        ("  extra:\n    GO: 1\n    list:\n      - go\n  Extra:\n    go: 1", "spec.extra.go", 15),
    ],
)
def test_a_clash_of_casing_stands_where_its_second_key_does(tmp_path, more, key, line):
    write(tmp_path, a=component("one", more=more))
    read(tmp_path)
    problem = Problem.objects.get()
    assert problem.reason == f"Entity has duplicate keys that vary only in casing, '{key}'"
    assert problem.line == line


@pytest.mark.django_db
def test_postgresql_knows_the_tables_after_much_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(ingest, "MANY", 2)
    write(tmp_path, one=component("one"))
    with CaptureQueriesContext(connection) as few:
        read(tmp_path)
    write(tmp_path, two=component("two"), three=component("three"))
    with CaptureQueriesContext(connection) as many:
        read(tmp_path)
    looked = [sum(query["sql"].startswith("ANALYZE") for query in queries) for queries in (few, many)]
    assert looked == [0, int(connection.vendor == "postgresql")]
