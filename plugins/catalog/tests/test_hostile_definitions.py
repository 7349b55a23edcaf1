"""Definitions that a team wrote to be read for ever, or into more memory than there is."""

from __future__ import annotations

import json
import tracemalloc

from plugins.catalog.definitions.bodies import bodies
from plugins.catalog.definitions.document import Document
from plugins.catalog.definitions.openapi import operations
from plugins.catalog.definitions.operations import shown
from plugins.catalog.definitions.reading import read
from plugins.catalog.definitions.schemas import Schemas

JSON_BODY = "application/json"
MEGABYTE = 1_000_000


class Unsearched(list):
    """A list that is not to be searched once for each element of another."""

    def __contains__(self, one):
        raise AssertionError("it was searched")


class Counted(list):
    """A list that counts how many of its elements were looked at or copied."""

    seen = 0

    def __iter__(self):
        for one in super().__iter__():
            self.seen += 1
            yield one

    def __getitem__(self, place):
        found = super().__getitem__(place)
        self.seen += len(found) if isinstance(place, slice) else 1
        return found


class Sought(dict):
    """A mapping that keeps what it is asked for."""

    def __init__(self, several):
        super().__init__(several)
        self.sought = []

    def get(self, key, default=None):
        self.sought.append(key)
        return super().get(key, default)


class Patterns(dict):
    """A mapping that gives its values as such a list."""

    def __init__(self, several):
        super().__init__(several)
        self.listed = Counted(several.values())

    def values(self):
        return self.listed


def peak(type_, root):
    """The bytes that reading a definition and working out its first operation take at most."""
    written = json.dumps(root)
    tracemalloc.start()
    try:
        for one in read(type_, written).operations[:1]:
            assert one.detail
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def post(schema, /, **parts):
    """A definition with one operation that takes one body."""
    stated = {"requestBody": {"content": {JSON_BODY: {"schema": schema}}}}
    return {"openapi": "3.1.0", "paths": {"/x": {"post": stated}}, **parts}


def detail(type_, root):
    return read(type_, json.dumps(root)).operations[0].detail


def test_an_address_is_not_multiplied_by_its_variables():
    server = {"url": "{a}" * 10_000, "variables": {"a": {"default": "b" * 30_000}}}
    assert peak("openapi", {"openapi": "3.1.0", "servers": [server], "paths": {}}) < 20 * MEGABYTE


def test_an_address_that_no_browser_takes_is_cut_wherever_it_is_stated():
    long = "h" * 100_000
    stated = (
        ("openapi", {"openapi": "3.1.0", "servers": [{"url": long}]}),
        ("openapi", {"swagger": "2.0", "host": long}),
        ("asyncapi", {"asyncapi": "3.0.0", "servers": {"main": {"host": long, "pathname": long}}}),
    )
    for type_, root in stated:
        found = read(type_, json.dumps({**root, "paths": {"/x": {"get": {"summary": "X"}}}}))
        assert [len(one.name) <= 2_000 for one in found.overview.servers] == [True]
        assert all(len(one.detail.curl) < 3_000 for one in found.operations)


def test_choices_of_choices_in_a_type_are_looked_at_so_often_and_no_more():
    """A reference that ends in a slash leads to a part without a name, so that its schema is looked at."""
    levels = {f"k{n}": {"": {"oneOf": [{"$ref": f"#/k{n + 1}/"}] * 10}} for n in range(4)}
    root = post({"properties": dict.fromkeys("abcdefgh", {"$ref": "#/k0/"})}, **levels, k4={"": {"type": "string"}})
    types = [one.type for one in detail("openapi", root).bodies[0].fields if len(one.name) == 1]
    assert len(types) == 8
    assert sum(one.count("string") for one in types) < 2_000
    assert types[-1] == " or ".join("…" * 10)


def test_bodies_are_not_multiplied_by_what_is_consumed():
    parameters = [{"in": "body", "name": f"b{n}", "schema": {}} for n in range(1_000)]
    stated = {"swagger": "2.0", "paths": {"/x": {"post": {"parameters": parameters}}}}
    assert peak("openapi", {**stated, "consumes": ["a/b"] * 3_000}) < 20 * MEGABYTE
    found = detail("openapi", {**stated, "consumes": ["a/b"]}).bodies
    assert (len(found), found[-1].description) == (51, "The definition below has more.")


def test_bodies_of_more_media_types_than_are_shown_are_not_looked_at():
    content = {f"multipart/form-data; v={n}": {"schema": {"$ref": "#/form"}} for n in range(1_000)}
    assert len(bodies(Document({}), {"requestBody": {"content": content}}, [])) == 51


def test_the_fields_of_a_form_are_looked_at_so_far_and_no_further():
    form = {"properties": {f"f{n}": {} for n in range(5_000)}, "required": Unsearched(["f10", "f4000"])}
    content = {"multipart/form-data": {"schema": form}}
    assert bodies(Document({}), {"requestBody": {"content": content}}, [])[0].form == [("f10", False)]


def test_what_a_schema_requires_is_not_searched_for_each_field():
    schema = {"properties": {f"f{n}": {} for n in range(20)}, "required": Unsearched(["f3"])}
    assert [one.name for one in Schemas(Document({})).fields(schema) if one.required] == ["f3"]


def test_what_many_fields_refer_to_is_not_gone_through_for_each():
    refer = {"properties": {f"f{n}": {"$ref": "#/s"} for n in range(100)}}
    required, choices = Counted(["a"] * 1_000), Counted([{"type": "null"} for _ in range(1_000)])
    patterns = Patterns(dict.fromkeys(map(str, range(1_000)), {}))
    schema = {"properties": {"a": {}}, "required": required, "patternProperties": patterns, "oneOf": choices}
    Schemas(Document({"s": schema})).fields(refer)
    assert required.seen <= 1_000
    assert choices.seen < 20_000
    assert patterns.listed.seen < 20_000


def test_messages_that_channels_share_are_held_once():
    root = {"asyncapi": "3.0.0", "all": {f"m{n}": {"name": "n" * 50, "payload": {}} for n in range(1_000)}}
    root["channels"] = {f"c{n}": {"messages": {"$ref": "#/all"}} for n in range(1_000)}
    assert peak("asyncapi", root) < 20 * MEGABYTE
    found = detail("asyncapi", root).bodies
    assert (len(found), found[-1].description) == (51, "The definition below has more.")


def test_a_description_that_channels_share_is_held_once():
    told = {"title": "T", "summary": "S", "description": "d" * 100_000}
    root = {"asyncapi": "3.0.0", "told": told, "channels": {f"c{n}": {"$ref": "#/told"} for n in range(1_000)}}
    assert peak("asyncapi", root) < 20 * MEGABYTE


def test_lists_that_each_operation_is_shown_with_are_read_so_far_and_no_further():
    scopes, produced, schemes, tags = (Counted(["a"] * 1_000) for _ in range(4))
    tags[:] = [None] * 1_000
    root = {"security": [{"login": scopes}], "produces": produced, "host": "h", "schemes": schemes}
    stated = {"tags": tags, "responses": {"200": {"schema": {}}}}
    (found,) = operations(Document({**root, "paths": {"/x": {"get": stated}}}))
    assert found.detail.security == f"login ({', '.join('a' * 20)})"
    assert all(one.seen <= 100 for one in (scopes, produced, schemes, tags))


def test_what_callers_have_to_show_is_cut_where_it_is_long():
    root = {"openapi": "3.1.0", "ways": {"login": ["s" * 10_000] * 20}}
    root["paths"] = {"/x": {"get": {"security": [{"$ref": "#/ways"}] * 20}}}
    assert 5_000 <= len(detail("openapi", root).security) < 6_000


def test_a_very_long_reference_leads_nowhere_and_has_no_name():
    properties = {"a": {"$ref": f"#{'/x' * 50_000}"}, "b": {"$ref": f"#/{'x' * 50_000}"}}
    assert [one.type for one in detail("openapi", post({"properties": properties})).bodies[0].fields] == ["any", "any"]


def test_what_a_reference_leads_to_is_looked_for_once():
    root = Sought({"item": {"get": {"summary": "X"}}, "paths": {f"/{n}": {"$ref": "#/item"} for n in range(100)}})
    assert len([*operations(Document(root))]) == 100
    assert root.sought.count("item") == 1


def test_paths_without_operations_are_read_so_far_and_no_further():
    root = {"openapi": "3.1.0", "paths": {f"/{n}": {} for n in range(20_000)} | {"/late": {"get": {"summary": "X"}}}}
    assert read("openapi", json.dumps(root)).operations == []


def test_long_names_of_fields_are_not_repeated_by_the_fields_within():
    named = {"n" * 100_000: {"properties": {f"f{n}": {} for n in range(150)}}}
    found = Schemas(Document({})).fields({"properties": named})
    assert len(found) == 151
    assert sum(len(one.name) for one in found) < 2 * MEGABYTE


def test_long_words_and_values_of_types_are_not_repeated():
    root = {"word": {"": {"type": "string", "format": "f" * 100_000}}, "values": {"": {"enum": ["v" * 190] * 20}}}
    schemas = Schemas(Document(root))
    words = {"oneOf": [{"$ref": "#/word/"}] * 10}
    values = {"oneOf": [{"oneOf": [{"$ref": "#/values/"}] * 10}] * 10}
    assert [len(schemas.type_of(one)) <= 5_000 for one in (words, values)] == [True, True]


def test_a_long_description_that_operations_share_is_shown_so_often_and_no_more():
    shared = {"get": {"description": "d" * MEGABYTE}}
    root = {"openapi": "3.1.0", "shared": shared, "paths": {f"/{n}": {"$ref": "#/shared"} for n in range(100)}}
    assert len(shown(read("openapi", json.dumps(root)).operations)) < 10


def test_operations_are_searched_so_far_and_no_further():
    stated = {"description": f"near {'d' * MEGABYTE} far"}
    (found,) = read("openapi", json.dumps({"openapi": "3.1.0", "paths": {"/x": {"get": stated}}})).operations
    assert (found.matches("near"), found.matches("far")) == (True, False)
