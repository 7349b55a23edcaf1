"""What is shown of AsyncAPI definitions."""

from __future__ import annotations

import json

from plugins.catalog.definitions.reading import read

SIGNED_UP = {
    "title": "Signed up",
    "headers": {"type": "object", "properties": {"trace": {"type": "string"}}},
    "payload": {
        "schemaFormat": "application/vnd.aai.asyncapi+json;version=3.0.0",
        "schema": {"type": "object", "properties": {"email": {"type": "string"}}},
    },
}
EVENTS = {
    "asyncapi": "3.0.0",
    "channels": {
        "users": {
            "address": "user/events",
            "messages": {"SignedUp": {"$ref": "#/components/messages/SignedUp"}, "Other": {"payload": {}}},
        },
        "answers": {"address": "user/answers", "messages": {"Done": {"payload": {"type": "string"}}}},
        "unused": {"address": "user/unused", "title": "Nobody yet", "messages": {"A": {"payload": {}}}},
    },
    "operations": {
        "onSignUp": {
            "action": "receive",
            "title": "Someone signs up",
            "summary": "Once a person.",
            "channel": {"$ref": "#/channels/users"},
            "messages": [{"$ref": "#/channels/users/messages/SignedUp"}],
            "reply": {"channel": {"$ref": "#/channels/answers"}},
        },
        "all": {"action": "send", "channel": {"$ref": "#/channels/users"}},
    },
    "components": {"messages": {"SignedUp": SIGNED_UP}},
}


def operation(path, method, root=EVENTS):
    return next(
        one for one in read("asyncapi", json.dumps(root)).operations if (one.path, one.method) == (path, method)
    )


def messages(found):
    return [one.name for one in found.detail.bodies]


def test_an_operation_has_its_own_messages_or_all_of_its_channel():
    assert messages(operation("user/events", "RECEIVE")) == ["SignedUp"]
    assert messages(operation("user/events", "SEND")) == ["SignedUp", "Other"]


def test_a_payload_in_a_stated_format_shows_its_schema():
    (found,) = operation("user/events", "RECEIVE").detail.bodies
    assert (found.type, [one.name for one in found.fields]) == ("object", ["trace", "email"])


def test_a_payload_that_is_no_json_schema_says_its_format():
    message = {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "payload": {"type": "record"}}
    root = {"asyncapi": "2.6.0", "channels": {"a": {"publish": {"message": message}}}}
    (found,) = operation("a", "PUBLISH", root).detail.bodies
    assert found.type == "application/vnd.apache.avro;version=1.9.0"


def test_headers_of_messages_are_listed():
    root = {"asyncapi": "2.6.0", "channels": {"a": {"publish": {"message": {"headers": SIGNED_UP["headers"]}}}}}
    for found in (operation("user/events", "RECEIVE"), operation("a", "PUBLISH", root)):
        field = found.detail.bodies[0].fields[0]
        assert (field.name, field.place) == ("trace", "header")


def test_titles_of_operations_and_messages_are_shown():
    found = operation("user/events", "RECEIVE")
    assert (found.summary, found.description) == ("Someone signs up", "Once a person.")
    assert found.detail.bodies[0].description == "Signed up"


def test_the_reply_of_an_operation_is_shown():
    assert [one.name for one in operation("user/events", "RECEIVE").detail.responses] == ["to user/answers", "Done"]


def test_a_channel_without_operations_is_shown():
    found = operation("user/unused", "CHANNEL")
    assert (found.summary, messages(found)) == ("Nobody yet", ["A"])
    root = {"asyncapi": "2.6.0", "channels": {"a": {"description": "Later"}}}
    assert operation("a", "CHANNEL", root).description == "Later"


def test_operations_are_found_by_their_id():
    root = {"asyncapi": "2.6.0", "channels": {"a": {"publish": {"operationId": "sendIt", "message": {}}}}}
    assert operation("a", "PUBLISH", root).matches("sendit")
    assert operation("user/events", "RECEIVE").matches("onsignup")


def test_messages_that_are_left_out_are_spoken_of():
    several = [{"payload": {}, "name": f"m{number}"} for number in range(53)]
    root = {"asyncapi": "2.6.0", "channels": {"a": {"publish": {"message": {"oneOf": several}}}}}
    found = operation("a", "PUBLISH", root).detail.bodies
    assert (len(found), found[-1].description) == (51, "The definition below has more.")
