"""The operations and types of a GraphQL schema in its definition language, by the specification of October 2021."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import graphql
from graphql.language import ast

from plugins.catalog.definitions.operations import (
    MAX_FIELDS,
    Detail,
    Field,
    Fields,
    Operation,
    Payload,
    Unreadable,
    split,
)

MAX_TOKENS = 80_000
MAX_SELECTED = 40
_ROOTS = {"query": "Queries", "mutation": "Mutations", "subscription": "Subscriptions"}
_KINDS = {
    "object_type": "TYPE",
    "interface_type": "INTERFACE",
    "input_object_type": "INPUT",
    "enum_type": "ENUM",
    "union_type": "UNION",
    "scalar_type": "SCALAR",
}
_LEAVES = frozenset(("ENUM", "SCALAR"))
_BUILT_IN = frozenset(("Int", "Float", "String", "Boolean", "ID"))


@dataclass(slots=True)
class Type:
    """A named type with what extensions add to it; ``members`` are its fields, values, or the names in a union."""

    kind: str
    name: str
    description: str
    members: list[Any]
    interfaces: list[str]


def operations(definition: str) -> Iterator[Operation]:
    """Queries, mutations and subscriptions, then the types. Raises Unreadable."""
    schema = Schema(_parsed(definition))
    for operation, group in _ROOTS.items():
        root = schema.types.get(schema.roots.get(operation, ""))
        for one in root.members if root else ():
            summary, description = split(_text(one))
            reason = _deprecation(one)
            notes = filter(None, (f"Deprecated: {reason}" if reason else "", description))
            yield Operation(
                group,
                operation.upper(),
                one.name.value,
                summary,
                "\n\n".join(notes),
                reason is not None,
                (_type(one.type), *(f"{each.name.value} {_type(each.type)}" for each in _arguments(one))),
                partial(schema.field_detail, operation, one),
            )
    for type_ in schema.types.values():
        if type_.name not in schema.roots.values():
            summary, description = split(type_.description)
            names = [getattr(one, "name", one).value for one in type_.members]
            yield Operation(
                "Types", type_.kind, type_.name, summary, description, False, names, partial(schema.type_detail, type_)
            )


def _parsed(definition: str) -> ast.DocumentNode:
    try:
        return graphql.parse(definition, no_location=True, max_tokens=MAX_TOKENS)
    except graphql.GraphQLSyntaxError as error:
        place = error.locations[0] if error.locations else None
        reason = error.message.removeprefix("Syntax Error: ").rstrip(".")
        if "more than" in reason and "tokens" in reason:
            reason = f"The definition has more than {MAX_TOKENS:,} words: download it, or split the API"
        where = f"Line {place.line}, column {place.column} of the definition: " if place else ""
        raise Unreadable(f"{where}{reason}.", place.line if place else 0) from None


class Schema:
    """The types of a document by name, and which of them are the roots."""

    def __init__(self, document: ast.DocumentNode) -> None:
        self.types: dict[str, Type] = {}
        self.roots: dict[str, str] = {}
        for node in document.definitions:
            kind = _KINDS.get(node.kind.removesuffix("_definition").removesuffix("_extension"))
            if isinstance(node, (ast.SchemaDefinitionNode, ast.SchemaExtensionNode)):
                for root in node.operation_types or ():
                    self.roots[root.operation.value] = root.type.name.value
            elif kind:
                self._add(kind, node)
        if not self.roots:
            self.roots = {one: one.capitalize() for one in _ROOTS if one.capitalize() in self.types}
        if not self.types:
            raise Unreadable("The definition has no types; a schema in GraphQL's definition language was expected.")

    def _add(self, kind: str, node: Any) -> None:
        members = [
            *(getattr(node, "fields", None) or getattr(node, "values", None) or getattr(node, "types", ()) or ())
        ]
        interfaces = [one.name.value for one in getattr(node, "interfaces", ()) or ()]
        description = _text(node)
        known = self.types.get(node.name.value)
        if known is None:
            self.types[node.name.value] = Type(kind, node.name.value, description, members, interfaces)
        else:
            known.members += members
            known.interfaces += interfaces
            known.description = known.description or description

    def field_detail(self, operation: str, one: ast.FieldDefinitionNode) -> Detail:
        """The arguments of a root field, what it returns, and a request for it."""
        type_ = self.types.get(_name(one.type))
        returned = Payload("", type=_type(one.type), fields=self._fields(type_))
        return Detail(
            Fields(_field(each) for each in _arguments(one)),
            responses=[returned],
            curl=self._curl(operation, one),
            responses_title="Returns",
            parameters_title="Arguments",
        )

    def type_detail(self, type_: Type) -> Detail:
        """The fields, values or members of a type."""
        titles = {"ENUM": "Values", "UNION": "One of", "SCALAR": ""}
        return Detail(
            parameters=self._fields(type_),
            parameters_title=titles.get(type_.kind, "Fields"),
            bodies=[Payload("implements", type=", ".join(type_.interfaces))] if type_.interfaces else [],
            bodies_title="Interfaces",
        )

    def _fields(self, type_: Type | None) -> Fields:
        members = type_.members if type_ else []
        return Fields(map(_field, members), len(members))

    def _curl(self, operation: str, one: ast.FieldDefinitionNode) -> str:
        """A POST as GraphQL over HTTP has it, to the address that the reader puts into GRAPHQL_URL."""
        arguments = _arguments(one)
        stated = ", ".join(f"${each.name.value}: {_type(each.type)}" for each in arguments)
        passed = ", ".join(f"{each.name.value}: ${each.name.value}" for each in arguments)
        field = f"{one.name.value}({passed})" if passed else one.name.value
        query = f"{operation}{f' ({stated})' if stated else ''} {{ {field}{self._selection(one.type)} }}"
        body = {"query": query, "variables": {each.name.value: None for each in arguments if _needed(each)}}
        data = shlex.quote(json.dumps(body))
        return f"curl -X POST \"$GRAPHQL_URL\" -H 'Content-Type: application/json' --data {data}"

    def _selection(self, type_: ast.TypeNode, depth: int = 0) -> str:
        """The leaves of a type and, once, of the types in it; fields that need arguments are left out."""
        found = self.types.get(_name(type_))
        if self._is_leaf(_name(type_)):
            return ""
        if found is None or found.kind == "UNION":
            return " { __typename }"
        chosen = []
        for one in found.members[:MAX_SELECTED]:
            is_leaf = self._is_leaf(_name(one.type))
            if (is_leaf or depth == 0) and not any(map(_needed, _arguments(one))):
                chosen.append(one.name.value + ("" if is_leaf else self._selection(one.type, depth + 1)))
        return f" {{ {' '.join(chosen) or '__typename'} }}"

    def _is_leaf(self, name: str) -> bool:
        found = self.types.get(name)
        return name in _BUILT_IN or (found is not None and found.kind in _LEAVES)


def _field(node: Any) -> Field:
    """A field, an argument, a value of an enum or a member of a union."""
    if isinstance(node, ast.NamedTypeNode):
        return Field(node.name.value, "")
    type_ = _type(node.type) if hasattr(node, "type") else ""
    stated = ", ".join(f"{one.name.value}: {_type(one.type)}{_default(one, ' = ')}" for one in _arguments(node))
    default = _default(node, "Default: ")
    reason = _deprecation(node)
    notes = [
        _text(node).strip(),
        f"{default}." if default else "",
        f"Deprecated: {reason}" if reason else "",
    ]
    return Field(
        f"{node.name.value}({stated})" if stated else node.name.value,
        type_,
        hasattr(node, "default_value") and _needed(node),
        " ".join(filter(None, notes)),
        is_deprecated=reason is not None,
    )


def _default(node: Any, before: str) -> str:
    value = getattr(node, "default_value", None)
    return f"{before}{graphql.print_ast(value)}" if value is not None else ""


def _arguments(node: Any) -> Sequence[Any]:
    return (getattr(node, "arguments", None) or ())[:MAX_FIELDS]


def _needed(argument: Any) -> bool:
    return isinstance(argument.type, ast.NonNullTypeNode) and argument.default_value is None


def _deprecation(node: Any) -> str | None:
    """The reason of @deprecated, "" when it states none; None without the directive."""
    for directive in node.directives or ():
        if directive.name.value == "deprecated":
            values = [one.value for one in _arguments(directive) if one.name.value == "reason"]
            return values[0].value if values and isinstance(values[0], ast.StringValueNode) else ""
    return None


def _text(node: Any) -> str:
    description = getattr(node, "description", None)
    return description.value if description else ""


def _name(type_: Any) -> str:
    while not isinstance(type_, ast.NamedTypeNode):
        type_ = type_.type
    return str(type_.name.value)


def _type(type_: Any) -> str:
    """A type as it is written. A loop, since lists may be nested as deep as the parser goes."""
    before, after = "", ""
    while not isinstance(type_, ast.NamedTypeNode):
        if isinstance(type_, ast.NonNullTypeNode):
            after = f"!{after}"
        else:
            before, after = f"{before}[", f"]{after}"
        type_ = type_.type
    return f"{before}{type_.name.value}{after}"
