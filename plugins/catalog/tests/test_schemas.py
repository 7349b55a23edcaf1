"""What is listed of the schemas in OpenAPI and AsyncAPI definitions."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.definitions.operations import MAX_FIELDS
from plugins.catalog.definitions.reading import read

TEXT = {"type": "string"}


def body(schema, /, **schemas):
    """The only body of an OpenAPI definition."""
    content = {"application/json": {"schema": schema}}
    root = {
        "openapi": "3.1.0",
        "paths": {"/x": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": schemas},
    }
    return read("openapi", json.dumps(root)).operations[0].detail.bodies[0]


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def record(*names, **properties):
    return {"type": "object", "properties": {**dict.fromkeys(names, TEXT), **properties}}


def names(payload):
    return [one.name for one in payload.fields]


def types(**schemas):
    return {one.name: one.type for one in body({"properties": schemas}).fields}


def test_the_outer_fields_of_a_schema_come_first():
    spec = record(**{f"part{n}": record(*(f"f{m}" for m in range(10))) for n in range(20)})
    found = body({"properties": {"spec": spec, "id": TEXT, "status": TEXT}, "required": ["id"]})
    assert names(found)[:4] == ["spec", "id", "status", "spec.part0"]
    assert found.fields[1].required


def test_a_list_of_fields_that_is_cut_says_by_how_much():
    assert body(record(*(f"f{n}" for n in range(203)))).fields.cut == "The first 200 of 203 are listed"
    assert body(record(*(f"f{n}" for n in range(200)))).fields.cut == ""


def test_fields_that_are_too_many_to_count_say_so():
    wide = record(**{f"w{n}": record(**{f"v{n}": record(*"abcdef") for n in range(30)}) for n in range(30)})
    assert body(wide).fields.cut.startswith("The first 200 of at least ")


def test_a_schema_that_stands_in_itself_is_opened_once():
    node = record("id", parent=ref("Node"), children={"type": "array", "items": ref("Node")})
    found = body(ref("Node"), Node=node)
    assert names(found) == ["id", "parent", "children"]
    assert [one.note for one in found.fields] == ["", "fields as above", "fields as above"]
    assert found.fields.cut == ""


def test_a_schema_that_is_used_twice_is_opened_twice():
    found = body(record(a=ref("Money"), b=ref("Money")), Money=record("sum"))
    assert names(found) == ["a", "b", "a.sum", "b.sum"]


def test_the_fields_of_each_choice_are_listed_with_the_choice():
    found = body({"oneOf": [ref("Card"), ref("Bank"), record("note")]}, Card=record("number"), Bank=record("iban"))
    assert [(one.name, one.note) for one in found.fields] == [
        ("number", "only in Card"),
        ("iban", "only in Bank"),
        ("note", "only in choice 3"),
    ]
    assert found.type == "Card or Bank or object"


def test_parts_that_repeat_each_other_are_listed_once():
    schemas = {f"S{n}": {"allOf": [ref(f"S{n + 1}")] * 50} for n in range(20)}
    assert names(body(ref("S0"), **schemas, S20=record("id"))) == ["id"]


def test_a_schema_or_nothing_is_no_choice():
    found = body(record(card={"anyOf": [ref("Card"), {"type": "null"}]}), Card=record("number"))
    assert [(one.name, one.note) for one in found.fields] == [("card", ""), ("card.number", "")]


def test_the_fields_of_the_values_of_a_map_are_listed():
    found = body({"type": "object", "additionalProperties": ref("Card")}, Card=record("number"))
    assert (found.type, names(found)) == ("map of Card", ["*.number"])
    assert names(body(record(cards={"patternProperties": {"^x-": record("id")}}))) == ["cards", "cards.*.id"]


def test_fields_of_what_may_be_null_are_listed():
    found = body(record(rows={"type": ["array", "null"], "items": record("id")}))
    assert [(one.name, one.type) for one in found.fields] == [
        ("rows", "array of object or null"),
        ("rows[].id", "string"),
    ]


def test_values_are_written_as_in_json():
    assert types(a={"enum": [True, None, "true", 1.5]}, b={"const": "card"}, c={"const": None}) == {
        "a": 'one of true, null, "true", 1.5',
        "b": 'always "card"',
        "c": "always null",
    }


def test_choices_that_are_left_out_of_a_type_leave_a_mark():
    assert types(a={"enum": list(range(30))})["a"].endswith("18, 19, …")
    assert types(a={"oneOf": [{"type": "string"}] * 30})["a"].endswith("string or …")


def test_a_tag_that_is_null_is_no_group():
    root = {"openapi": "3.1.0", "paths": {"/x": {"get": {"tags": [None], "summary": "X"}}}}
    assert read("openapi", json.dumps(root)).operations[0].group == "Operations"


def test_what_stands_beside_a_reference_describes_the_field():
    found = body(record(home={**ref("Address"), "description": "Where to send it"}), Address=record("city"))
    assert found.fields[0].description == "Where to send it"


NAMES = st.sampled_from("abcd")
SCHEMAS = st.recursive(
    st.just(TEXT) | st.builds(ref, st.sampled_from("AB")),
    lambda inner: (
        st.builds(lambda found: {"properties": found}, st.dictionaries(NAMES, inner, max_size=4))
        | st.builds(lambda one: {"type": "array", "items": one}, inner)
        | st.builds(lambda word, found: {word: found}, st.sampled_from(("allOf", "oneOf")), st.lists(inner, max_size=3))
    ),
    max_leaves=20,
)


@given(SCHEMAS, SCHEMAS, SCHEMAS)
def test_inner_fields_follow_outer_ones_and_none_is_lost_without_a_word(schema, a, b):
    found = body(schema, A=a, B=b).fields
    listed = [one.name for one in found]
    for name in listed:
        outer = name.rpartition(".")[0].rstrip("[]*.")
        assert not outer or outer in listed[: listed.index(name)]
    assert found.cut or len(found) == found.total <= MAX_FIELDS


def test_references_are_decoded_and_lead_into_lists():
    """RFC 6901, section 6: percent-encoding first, then ~1 and ~0; a number is the place in a list."""
    user = {"parameters": [{"name": "id", "in": "path", "required": True}], "responses": {200: {"description": "It"}}}
    again = {
        "parameters": [{"$ref": "#/paths/~1users~1%7Bid%7D/get/parameters/0"}],
        "responses": {"200": {"$ref": "#/paths/~1users~1%7Bid%7D/get/responses/200"}},
    }
    root = {"openapi": "3.1.0", "paths": {"/users/{id}": {"get": user, "put": again}}}
    found = next(one.detail for one in read("openapi", json.dumps(root)).operations if one.method == "PUT")
    assert [(one.name, one.place) for one in found.parameters] == [("id", "path")]
    assert found.responses[0].description == "It"


def test_references_that_lead_nowhere_are_left_out():
    for reference in ("#/paths/-1", "#/paths/99", "#/openapi/0", "#", "other.yaml#/x", "#/%zz/~9"):
        assert names(body({"$ref": reference})) == []
