from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.validation import Rejected, Relation, check
from plugins.catalog.validation.urls import is_url

SERVICE = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "orders"},
    "spec": {"type": "service", "lifecycle": "production", "owner": "payments"},
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def service(**changes):
    """The service with values set at paths: metadata__tags=["a"]."""
    entity = deepcopy(SERVICE)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = entity
        for step in parents:
            place = place[step]
        place[last] = value
    return entity


def rejection(value):
    with pytest.raises(Rejected) as raised:
        check(value)
    return raised.value


def test_the_namespace_is_filled_and_lists_of_references_are_sorted():
    entity, _ = check(service(spec__dependsOn=["resource:b", "resource:a"]))
    assert entity["metadata"] == {"namespace": "default", "name": "orders"}
    assert entity["spec"]["dependsOn"] == ["resource:a", "resource:b"]


def test_relations_go_both_ways():
    assert check(service())[1] == [
        Relation("component:default/orders", "ownedBy", "group:default/payments"),
        Relation("group:default/payments", "ownerOf", "component:default/orders"),
    ]


@pytest.mark.parametrize(
    ("value", "stage", "reason"),
    [
        ([], "parse", "Expected object at root, got object"),
        ("text", "parse", "Expected object at root, got string"),
        ({"kind": "x", "metadata": {"name": "y"}}, "envelope", "<root> must have required property 'apiVersion'"),
        (service(metadata={"name": ""}), "envelope", "/metadata/name must NOT have fewer than 1 characters"),
        (service(metadata__tags=None), "policy", "Malformed envelope, /metadata/tags must be array"),
        (service(metadata__annotations={"a": 1}), "policy", "/metadata/annotations/a must be string"),
        (service(metadata__labels={"a": "b c"}), "policy", '"labels.a" is not valid'),
        (service(metadata__annotations={"a/b/c": ""}), "policy", '"annotations.a/b/c" is not valid'),
        (service(metadata__tags=["Java"]), "policy", '"tags.0" is not valid'),
        (service(metadata__links=[{"url": "docs"}]), "policy", "expected a string that is a valid url"),
        (service(metadata__name="a b"), "policy", 'but found "a b"'),
        (service(metadata__namespace="Team"), "policy", '"metadata.namespace" is not valid'),
        (service(surprise=1), "policy", "<root> must NOT have additional properties"),
        (service(relations=[]), "policy", "Unknown field relations"),
        (service(kind="component"), "kind", "No processor recognized the entity component:default/orders"),
        (service(apiVersion="v1"), "kind", "foreign kind or apiVersion"),
        (service(spec__type=""), "kind", "/spec/type must NOT have fewer than 1 characters - limit: 1"),
        (service(spec__dependsOn=["a"]), "relations", "missing or empty kind"),
        (service(spec__owner="a:"), "relations", "was not on the form"),
        (service(spec__owner="x" * 300), "relations", "no entity can have more than 255"),
    ],
)
def test_a_rejection_names_stage_and_reason(value, stage, reason):
    rejected = rejection(value)
    assert rejected.stage == stage
    assert reason in rejected.reason
    assert rejected.fix


def test_a_rejection_says_where_to_look_and_what_to_do():
    entity = service()
    del entity["spec"]["lifecycle"]
    rejected = rejection(entity)
    assert rejected.path == ("spec",)
    assert rejected.fix == 'Add "lifecycle: production" under spec.'


def test_an_unrendered_template_is_recognised():
    assert "not rendered" in rejection(service(metadata__name="${{ values.name }}")).fix


def test_empty_annotations_are_accepted():
    assert "annotations" not in check(service(metadata__annotations=None))[0]["metadata"]


def test_an_mcp_server_has_remotes_instead_of_a_definition():
    api = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "API",
        "metadata": {"name": "tools"},
        "spec": {"type": "mcp-server", "lifecycle": "production", "owner": "payments"},
    }
    assert "'remotes'" in rejection(api).reason
    api["spec"]["remotes"] = [{"type": "streamable-http", "url": "https://tools.example.com"}]
    assert check(api)[0]["spec"]["type"] == "mcp-server"


@pytest.mark.parametrize("bad", ["a", "component:" + "x" * 300, "resource:a\0"])
def test_a_reference_that_can_not_be_read_is_named_by_its_place_in_the_file_though_lists_are_sorted(bad):
    rejected = rejection(service(spec__dependsOn=["resource:z", "resource:y", bad, "resource:b"]))
    assert (rejected.stage, rejected.path) == ("relations", ("spec", "dependsOn", 2))


@given(json_values, st.sampled_from(["kind", "metadata", "spec", "metadata__links", "spec__dependsOn", "status"]))
def test_any_value_anywhere_is_accepted_or_rejected_with_a_reason(value, path):
    try:
        entity, _ = check(service(**{path: value}))
    except Rejected as rejected:
        assert rejected.reason and rejected.fix
    else:
        assert entity["metadata"]["namespace"]


@pytest.mark.parametrize(
    "text",
    ["https://example.com", "mailto:a@example.com", "slack://x", "HTTP:example.com", "http://[::1]:80/", "file:///x"],
)
def test_urls_of_browsers_are_urls(text):
    assert is_url(text)


@pytest.mark.parametrize(
    "text", ["example.com", "http://", "https://{{ x }}", "http://[::1", "http://a:99999", "http://1.2.3.4.5", "//a"]
)
def test_what_browsers_refuse_is_no_url(text):
    assert not is_url(text)
