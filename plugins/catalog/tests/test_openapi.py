"""What is shown of OpenAPI definitions beside the fields of their schemas."""

from __future__ import annotations

import json

from plugins.catalog.definitions.reading import read


def operation(root=None, **stated):
    whole = {"openapi": "3.1.0", "paths": {"/x": {"post": {"summary": "X", **stated}}}, **(root or {})}
    return read("openapi", json.dumps(whole)).operations[0]


def test_webhooks_are_shown_without_a_command():
    root = {"openapi": "3.1.0", "webhooks": {"paid": {"post": {"summary": "Paid"}}}}
    (found,) = read("openapi", json.dumps(root)).operations
    assert (found.group, found.method, found.path, found.detail.curl) == ("Webhooks", "POST", "paid", "")


def test_a_body_is_described_and_said_to_be_required():
    content = {"application/json": {"schema": {"type": "object"}}}
    found = operation(requestBody={"description": "The order", "required": True, "content": content}).detail
    assert (found.bodies_title, found.bodies[0].description) == ("Body, required", "The order")


def test_responses_are_shown_with_their_headers_and_all_media_types():
    content = {"application/json": {"schema": {"type": "object"}}, "text/csv": {"schema": {"type": "string"}}}
    headers = {"X-Left": {"schema": {"type": "integer"}, "description": "Calls left"}}
    found = operation(responses={"200": {"description": "Done", "headers": headers, "content": content}}).detail
    assert [(one.name, one.type, one.description) for one in found.responses] == [
        ("200", "application/json, object", "Done"),
        ("200", "text/csv, string", ""),
    ]
    assert [(one.name, one.type, one.place) for one in found.responses[0].fields] == [("X-Left", "integer", "header")]


def test_responses_of_the_older_version_say_what_is_produced():
    root = {"swagger": "2.0", "openapi": None, "produces": ["application/xml"]}
    (found,) = operation(root, responses={"200": {"schema": {"type": "string"}}}).detail.responses
    assert found.type == "application/xml, string"


def test_an_operation_says_what_callers_have_to_show():
    ways = [{"key": []}, {"login": ["read", "write"], "team": []}, {}]
    assert operation(security=ways).detail.security == "key or login (read, write) and team or none"
    assert operation({"security": [{"key": []}]}).detail.security == "key"
    assert operation({"security": [{"key": []}]}, security=[]).detail.security == "none"
    assert operation().detail.security == ""


def test_responses_that_are_left_out_are_spoken_of():
    found = operation(responses={str(status): {"description": "It"} for status in range(200, 260)}).detail.responses
    assert (len(found), found[-1].description) == (51, "The definition below has more.")


def test_a_definition_is_introduced_by_its_title_servers_and_ways_in():
    root = {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": 2, "description": "Takes **orders**."},
        "servers": [{"url": "https://{env}.example", "variables": {"env": {"default": "live"}}, "description": "Live"}],
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    }
    found = read("openapi", json.dumps(root)).overview
    assert (found.title, found.version, found.description, found.needs) == ("Orders", "2", "Takes **orders**.", "key")
    assert [(one.name, one.description) for one in found.servers] == [("https://live.example", "Live")]
    assert [(one.name, one.type, one.place) for one in found.schemes] == [("key", "apiKey", "header X-Key")]


def test_servers_of_the_other_formats_are_shown_too():
    old = {"swagger": "2.0", "host": "old.example", "basePath": "/v1", "schemes": ["http", "https"]}
    events = {"asyncapi": "3.0.0", "servers": {"main": {"host": "queue.example", "protocol": "amqp"}}}
    servers = read("openapi", json.dumps(old)).overview.servers
    assert [one.name for one in servers] == ["http://old.example/v1", "https://old.example/v1"]
    (server,) = read("asyncapi", json.dumps(events)).overview.servers
    assert (server.name, server.type) == ("queue.example", "amqp")
