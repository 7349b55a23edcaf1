"""The relations that follow from an entity's spec (Backstage's BuiltinKindsEntityProcessor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plugins.catalog import refs
from plugins.catalog.validation.problem import Rejected, Stage

MAX_REF = 255


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """One direction of a relation between two canonical references."""

    source: str
    type: str
    target: str


@dataclass(frozen=True, slots=True)
class _Field:
    """A key of spec that names other entities; a name without a kind is of ``kind``, or refused when that is empty."""

    key: str
    kind: str
    outgoing: str
    incoming: str


_OWNER = _Field("owner", "Group", "ownedBy", "ownerOf")
_SYSTEM = _Field("system", "System", "partOf", "hasPart")
_DEPENDS_ON = _Field("dependsOn", "", "dependsOn", "dependencyOf")
_DEPENDENCY_OF = _Field("dependencyOf", "", "dependencyOf", "dependsOn")

_FIELDS: Mapping[str, tuple[_Field, ...]] = {
    "Component": (
        _OWNER,
        _Field("subcomponentOf", "Component", "partOf", "hasPart"),
        _Field("providesApis", "API", "providesApi", "apiProvidedBy"),
        _Field("consumesApis", "API", "consumesApi", "apiConsumedBy"),
        _DEPENDS_ON,
        _DEPENDENCY_OF,
        _SYSTEM,
    ),
    "API": (_OWNER, _SYSTEM),
    "Resource": (_OWNER, _DEPENDS_ON, _DEPENDENCY_OF, _SYSTEM),
    "User": (_Field("memberOf", "Group", "memberOf", "hasMember"),),
    "Group": (
        _Field("parent", "Group", "childOf", "parentOf"),
        _Field("children", "Group", "parentOf", "childOf"),
        _Field("members", "User", "hasMember", "memberOf"),
    ),
    "System": (_OWNER, _Field("domain", "Domain", "partOf", "hasPart")),
    "Domain": (_OWNER, _Field("subdomainOf", "Domain", "partOf", "hasPart")),
    "Template": (_OWNER,),
}

_SORTED = ("providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members")


def sort_lists(spec: dict[str, Any]) -> None:
    """Sort the lists of references in ``spec``, so that their order in the file changes nothing."""
    for key in _SORTED:
        value = spec.get(key)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            spec[key] = sorted(value)


def relations_of(entity: dict[str, Any], stated: Mapping[str, Any]) -> Iterator[Relation]:
    """Both directions of every relation of a valid entity. Raises Rejected for a reference that can't be read.

    stated  its spec with lists in the order of the file
    """
    source = refs.of_entity(entity)
    spec = entity.get("spec") or {}
    for field in _FIELDS.get(entity["kind"], ()):
        value = spec.get(field.key)
        for target in value if isinstance(value, list) else [value] if value else []:
            reference = _target(target, field, source.namespace, stated)
            yield Relation(str(source), field.outgoing, reference)
            yield Relation(reference, field.incoming, str(source))


def _target(value: Any, field: _Field, namespace: str, stated: Mapping[str, Any]) -> str:
    try:
        reference = str(refs.parse(value, field.kind, namespace))
    except refs.RefError as error:
        example = f"{(field.kind or 'component').lower()}:{namespace}/name"
        path = _path(value, field, stated)
        raise Rejected(Stage.RELATIONS, str(error), f"Write references as {example}.", path) from None
    if len(reference) > MAX_REF or not reference.isprintable():
        reason = f"Entity reference of {len(reference)} characters, some invisible; no entity can have it"
        if reference.isprintable():
            reason = f"Entity reference of {len(reference)} characters; no entity can have more than {MAX_REF}"
        fix = "Write the reference as the entity it names has it."
        raise Rejected(Stage.RELATIONS, reason, fix, _path(value, field, stated))
    return reference


def _path(value: Any, field: _Field, stated: Mapping[str, Any]) -> tuple[str | int, ...]:
    named = stated[field.key]
    return ("spec", field.key, named.index(value)) if isinstance(named, list) else ("spec", field.key)
