"""Definitions that a team wrote to be read for ever, or into more memory than there is."""

from __future__ import annotations

import json
import tracemalloc

from plugins.catalog.definitions.reading import read

JSON_BODY = "application/json"
MEGABYTE = 1_000_000


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
