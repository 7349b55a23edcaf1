from __future__ import annotations

import json
import shlex

import graphql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.definitions import protobuf
from plugins.catalog.definitions.operations import Unreadable
from plugins.catalog.definitions.reading import read
from plugins.catalog.tests.definition_texts import GRAPHQL, GRPC


def operation(type_: str, definition: str, path: str):
    return next(one for one in read(type_, definition).operations if one.path == path)


def test_the_request_for_a_graphql_field_selects_what_needs_no_arguments():
    curl = operation("graphql", GRAPHQL, "order").detail.curl
    assert json.loads(shlex.split(curl)[-1]) == {
        "query": "query ($id: ID!, $locale: String) { order(id: $id, locale: $locale) { id state buyer { name } } }",
        "variables": {"id": None},
    }
    # It is a document that the reference implementation finds valid.
    schema = graphql.build_schema(GRAPHQL)
    for path in ("order", "orders", "search", "cancel", "placed"):
        query = json.loads(shlex.split(operation("graphql", GRAPHQL, path).detail.curl)[-1])["query"]
        assert graphql.validate(schema, graphql.parse(query)) == []


def test_fields_of_a_message_say_what_they_are():
    fields = {one.name: one for one in operation("grpc", GRPC, "Order").detail.parameters}
    assert fields["skus"].type == "repeated string = 1"
    assert fields["skus"].is_deprecated
    assert fields["card"].note == "one of payer"
    assert [one.type for one in operation("grpc", GRPC, "Order.Size").detail.parameters] == ["= 0", "= -1"]
    assert operation("grpc", GRPC, "Watch").is_deprecated
    assert not operation("grpc", GRPC, "Place").is_deprecated


def test_groups_extensions_and_editions_are_read():
    text = """edition = "2023";
    option features.field_presence = IMPLICIT;
    message A {
      optional group Inner = 1 [deprecated = true] { required int32 x = 1 [default = -1, (my.option) = {a: 1}]; }
      extensions 100 to max [declaration = {number: 100, full_name: ".x"}];
    }
    extend A { optional string more = 100; };
    """
    assert [one.path for one in read("grpc", text).operations] == ["A", "A.Inner", "A"]


def test_an_extension_of_a_message_does_not_take_its_place():
    text = (
        "message A { string own = 1; }\nservice S { rpc Get(A) returns (A); }\nextend A { optional string more = 100; }"
    )
    (found,) = operation("grpc", text, "Get").detail.bodies
    assert [one.name for one in found.fields] == ["own"]


def test_a_service_is_shown_with_its_comment_and_without_methods():
    service = operation("grpc", GRPC, "Orders")
    assert (service.group, service.method, service.summary) == ("shop.v1.Orders", "SERVICE", "Takes orders.")
    assert [one.path for one in read("grpc", "service Empty {}").operations] == ["Empty"]


def test_arguments_of_fields_keep_their_defaults():
    text = "type Query { me: User }\ntype User { friends(first: Int = 10, after: ID): [User] }"
    (field,) = operation("graphql", text, "User").detail.parameters
    assert field.name == "friends(first: Int = 10, after: ID)"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("message A {", 1),
        ("message A {\n string a 1;\n}", 2),
        ("message A {\n string a = 1\n}", 3),
        ("service A {\n rpc B(C) returns C;\n}", 2),
        ("\n\n}", 3),
        ('message A { string a = 1; }\n"open', 2),
        ("message A { /* open", 1),
        ("message A {" * 60, 1),
        ("message A { string a = 1 " + "[" * 100_000, 1),
    ],
)
def test_a_proto_file_that_is_wrong_says_where(text, line):
    with pytest.raises(Unreadable) as raised:
        read("grpc", text)
    assert raised.value.line == line


@pytest.mark.parametrize("type_", ["graphql", "grpc", "openapi", "asyncapi"])
def test_what_is_nested_or_repeated_without_end_is_refused(type_):
    for text in ("type Q { a: " + "[" * 100_000, "{" * 100_000, "a: [" * 100_000, "type A { b: C }\n" * 100_000):
        with pytest.raises(Unreadable):
            read(type_, text)


NAMES = st.from_regex(r"[A-Za-z_][a-z0-9_]{0,8}", fullmatch=True)
MEMBERS = st.lists(
    st.tuples(st.sampled_from(("", "optional ", "repeated ")), st.sampled_from(("string", "a.B", ".c.D")), NAMES),
    max_size=4,
)


@given(st.lists(st.tuples(NAMES, MEMBERS), max_size=4), st.sampled_from((" ", "\n", " /* x */ ", "\n// y\n")))
def test_messages_are_read_as_they_were_written(messages, space):
    words = []
    for name, members in messages:
        words += ["message", name, "{"]
        for number, (label, type_, member) in enumerate(members, 1):
            words += [*filter(None, [label.strip()]), type_, member, "=", str(number), ";"]
        words.append("}")
    found = protobuf.parse(space.join(words)).types
    assert [(one.name, [(m.label, m.type, m.name) for m in one.members]) for one in found] == [
        (name, [(label.strip(), type_, member) for label, type_, member in members]) for name, members in messages
    ]


SOUP = (
    "message enum service rpc returns stream oneof map option reserved group extend a B.c 1 -2 = ; { } [ ] ( ) < > , "
    "// /* */ \" '"
)


@given(
    st.sampled_from(("graphql", "grpc")),
    st.lists(st.sampled_from([*SOUP.split(), "type", "input", "!", "$", "@deprecated", '""" ', "\n"]), max_size=30),
)
def test_any_words_are_read_or_refused(type_, words):
    try:
        operations = read(type_, " ".join(words)).operations
    except Unreadable as error:
        assert str(error)  # noqa: PT017 - either is right
    else:
        assert all(one.detail for one in operations)
