"""The operations of gRPC services, from the text of a .proto file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from plugins.catalog.definitions import protobuf
from plugins.catalog.definitions.operations import Detail, Field, Fields, Operation, Payload, Unreadable, split

_TITLES = {"ENUM": "Values"}


def operations(definition: str) -> Iterator[Operation]:
    """Each service with its methods, then the messages and enums. Raises Unreadable."""
    file = protobuf.parse(definition)
    if not (file.services or file.types):
        raise Unreadable("The definition declares no service and no message; the text of a .proto file was expected.")
    types = {one.name: one for one in file.types if one.kind != "EXTEND"}
    prefix = f"{file.package}." if file.package else ""
    for name, comment in file.services.items():
        yield Operation(f"{prefix}{name}", "SERVICE", name, *split(comment))
    for method in file.methods:
        summary, description = split(method.comment)
        yield Operation(
            f"{prefix}{method.service}",
            _streaming(method),
            method.name,
            summary,
            description,
            method.is_deprecated,
            (method.request, method.response),
            partial(_method, method, types, file.package),
        )
    for one in file.types:
        summary, description = split(one.comment)
        names = [member.name for member in one.members]
        yield Operation(
            "Messages", one.kind, one.name, summary, description, one.is_deprecated, names, partial(_type, one)
        )


def _streaming(method: protobuf.Method) -> str:
    """The kind of call in gRPC's own words."""
    return {
        (False, False): "UNARY",
        (True, False): "CLIENT STREAM",
        (False, True): "SERVER STREAM",
        (True, True): "BIDI STREAM",
    }[method.request_streams, method.response_streams]


def _method(method: protobuf.Method, types: dict[str, protobuf.Declared], package: str) -> Detail:
    return Detail(
        bodies=[_payload(method.request, method.request_streams, types, package)],
        responses=[_payload(method.response, method.response_streams, types, package)],
        bodies_title="Request",
        responses_title="Response",
    )


def _payload(type_: str, streams: bool, types: dict[str, protobuf.Declared], package: str) -> Payload:
    local = type_.lstrip(".").removeprefix(f"{package}.") if package else type_.lstrip(".")
    found = types.get(local)
    return Payload("", found.comment if found else "", f"stream of {type_}" if streams else type_, _fields(found))


def _type(one: protobuf.Declared) -> Detail:
    return Detail(_fields(one), parameters_title=_TITLES.get(one.kind, "Fields"))


def _fields(one: protobuf.Declared | None) -> Fields:
    members = one.members if one else []
    return Fields(map(_field, members), len(members))


def _field(member: protobuf.Member) -> Field:
    notes = ("optional" if member.label == "optional" else "", f"one of {member.oneof}" if member.oneof else "")
    return Field(
        member.name,
        f"{'repeated ' if member.label == 'repeated' else ''}{member.type} = {member.number}".strip(),
        member.label == "required",
        member.comment,
        is_deprecated=member.is_deprecated,
        note=", ".join(filter(None, notes)),
    )
