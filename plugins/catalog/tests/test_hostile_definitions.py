"""Definitions that a team wrote to be read for ever, or into more memory than there is."""

from __future__ import annotations

import json
import tracemalloc

from plugins.catalog.definitions.reading import read

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
