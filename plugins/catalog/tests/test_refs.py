from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog import refs
from plugins.catalog.refs import EntityRef, RefError

names = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=63)


@given(names, names, names)
def test_a_complete_reference_is_read_as_written(kind, namespace, name):
    assert refs.parse(f"{kind}:{namespace}/{name}") == EntityRef(kind, namespace, name)


@given(names, names)
def test_what_is_left_out_is_filled(kind, name):
    assert refs.parse(name, kind, "team") == EntityRef(kind, "team", name)
    assert refs.parse(f"{kind}:{name}") == EntityRef(kind, "default", name)


@given(names, names, names)
def test_the_canonical_form_is_lower_case_and_stable(kind, namespace, name):
    canonical = str(EntityRef(kind, namespace, name))
    assert canonical == canonical.lower() == str(refs.parse(canonical))


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        reference = refs.parse(text, "component")
    except RefError:
        return
    assert reference.kind and reference.namespace and reference.name


@pytest.mark.parametrize("text", ["", ":", "a:", "/b", "a:/b", "a:b/", ":a", "a:b/"])
def test_empty_parts_are_refused(text):
    with pytest.raises(RefError):
        refs.parse(text, "component")


def test_a_colon_after_the_slash_belongs_to_the_name():
    assert refs.parse("a/b:c", "component") == EntityRef("component", "a", "b:c")


def test_a_name_alone_needs_a_kind():
    with pytest.raises(RefError, match="missing or empty kind"):
        refs.parse("shop")


@pytest.mark.parametrize("value", [None, 3, ["a"], {"kind": "API"}])
def test_only_a_text_is_a_reference(value):
    with pytest.raises(RefError, match="must be a text"):
        refs.parse(value, "component")


def test_a_rejected_document_still_tells_which_entity_it_meant():
    assert refs.guess({"kind": "API", "metadata": {"name": "Orders", "namespace": 3}}) == "api:default/orders"
    assert refs.guess({"kind": "API", "metadata": {}}) == ""
    assert refs.guess([1]) == ""
