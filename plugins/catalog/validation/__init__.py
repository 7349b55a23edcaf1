"""From a YAML document to an entity, by Backstage's rules, in Backstage's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugins.catalog import refs
from plugins.catalog.validation import formats, schemas
from plugins.catalog.validation.problem import Rejected, Stage
from plugins.catalog.validation.relations import Relation, relations_of, sort_lists
from plugins.catalog.validation.rules import Violation

__all__ = ["Rejected", "Relation", "Stage", "check"]

KNOWN_ROOT_FIELDS = ("apiVersion", "kind", "metadata", "spec")
MORE = (
    "To learn more about catalog file format, visit: "
    "https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/"
    "adr002-default-catalog-file-format.md"
)
UNRENDERED = "This looks like a template that was not rendered; leave such files out of catalog.locations."


def check(
    value: Any, resolve: Callable[[dict[str, Any]], dict[str, Any]] = lambda entity: entity
) -> tuple[dict[str, Any], list[Relation]]:
    """Turn the value of a document into an entity and its relations, sorted and distinct. Raises Rejected.

    resolve  replaces the placeholders ($text, $json, $yaml) of an entity whose envelope is valid
    """
    if not isinstance(value, dict):
        reason = f"Expected object at root, got {_javascript_type(value)}"
        raise Rejected(Stage.PARSE, reason, 'Begin the document with "apiVersion:", "kind:" and "metadata:".')
    for violation in schemas.ENVELOPE.check(value, ()):
        raise _rejected(Stage.ENVELOPE, violation)
    stated = resolve(_without_empty_annotations(value))
    entity = _with_policy(stated)
    _check_kind(entity)
    return entity, sorted(set(relations_of(entity, stated.get("spec", {}))))


def _without_empty_annotations(value: dict[str, Any]) -> dict[str, Any]:
    """Drop what stands for no annotations: a null is accepted there, though not for labels, tags and links."""
    metadata = value["metadata"]
    if metadata.get("annotations", True):
        return value
    return value | {"metadata": {key: item for key, item in metadata.items() if key != "annotations"}}


def _with_policy(value: dict[str, Any]) -> dict[str, Any]:
    for violation in schemas.ENTITY.check(value, ()):
        reason = f"Malformed envelope, {violation.where} {violation.message}"
        raise Rejected(Stage.POLICY, reason, violation.fix, violation.place)
    entity = value | {"metadata": {"namespace": refs.DEFAULT_NAMESPACE} | value["metadata"]}
    for field in entity:
        if field not in KNOWN_ROOT_FIELDS:
            fix = f'Remove "{field}"; the catalog works it out itself.'
            raise Rejected(Stage.POLICY, f"Unknown field {field}", fix, (field,))
    for name, path, text, form in formats.fields(entity):
        if not form.is_valid(text):
            reason = f'"{name}" is not valid; expected {form.expected} but found "{text}". {MORE}'
            raise Rejected(Stage.POLICY, reason, UNRENDERED if "{{" in text else form.fix, path)
    if "spec" in entity:
        spec = dict(entity["spec"])
        sort_lists(spec)
        entity["spec"] = spec
    return entity


def _check_kind(entity: dict[str, Any]) -> None:
    kind, version = entity["kind"], entity["apiVersion"]
    versions, rule = schemas.KINDS.get(kind, ((), None))
    if rule is None or version not in versions:
        reason = (
            f"No processor recognized the entity {refs.of_entity(entity)} as valid, "
            "possibly caused by a foreign kind or apiVersion"
        )
        if rule is None:
            fix, path = f"Use one of the kinds {', '.join(schemas.KINDS)}, written exactly so.", ("kind",)
        else:
            fix, path = f"Write apiVersion: {versions[0]} for the kind {kind}.", ("apiVersion",)
        raise Rejected(Stage.KIND, reason, fix, path)
    spec = entity.get("spec")
    if spec is None:
        reason = "<root> must have required property 'spec' - missingProperty: spec"
        raise Rejected(Stage.KIND, reason, 'Add "spec:" with the fields of this kind indented below it.')
    if kind == "API" and spec.get("type") == "mcp-server":
        rule = schemas.MCP_SERVER_API
    for violation in rule.check(spec, ("spec",)):
        raise _rejected(Stage.KIND, violation)


def _rejected(stage: Stage, violation: Violation) -> Rejected:
    reason = f"{violation.where} {violation.message} - {violation.detail}"
    return Rejected(stage, reason, violation.fix, violation.place)


def _javascript_type(value: Any) -> str:
    match value:
        case None | list():
            return "object"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case _:
            return "string"
