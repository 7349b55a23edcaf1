"""From one file to what its documents are: entities, or problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plugins.catalog import refs
from plugins.catalog.config import Location
from plugins.catalog.ingestion import placeholders
from plugins.catalog.ingestion.files import Source, Unreadable
from plugins.catalog.ingestion.search_rows import CasingClash, check_casing
from plugins.catalog.ingestion.stitching import as_json
from plugins.catalog.validation import Rejected, Relation, Stage, check
from portal.api import yaml12

LOCATION_ANNOTATIONS = ("backstage.io/managed-by-location", "backstage.io/managed-by-origin-location")


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """A document that may become an entity, unless another has its reference already."""

    ref: str
    entity: dict[str, Any]
    json: str
    relations: tuple[Relation, ...]
    file: str
    document: int
    position: yaml12.Position


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """What kept a location, a file or a document from giving entities."""

    file: str
    document: int
    position: yaml12.Position
    stage: Stage
    reason: str
    fix: str
    ref: str = ""
    owner_ref: str = ""


START = yaml12.Position(1, 1)


def read(source: Source, file: str, location: Location) -> Iterator[FoundEntity | FoundProblem]:
    """Every document of a file that is not empty, in order; ``file`` is how the file is named to people."""
    try:
        documents = yaml12.load_all(source.read())
    except Unreadable as error:
        yield FoundProblem(file, 0, START, Stage.READ, str(error), error.fix)
        return
    except yaml12.YamlError as error:
        yield _unparsed(file, 0, error)
        return
    for document in documents:
        if document.error:
            yield _unparsed(file, document.index, document.error)
        elif document.value is not None:
            yield _judge(document, source, file, location)


def _unparsed(file: str, document: int, error: yaml12.YamlError) -> FoundProblem:
    position = yaml12.Position(error.line, error.column)
    reason, _, advice = error.reason.partition("; ")
    fix = f"{advice[:1].upper()}{advice[1:]}." if advice else "Correct the document here; it can't be read as YAML."
    return FoundProblem(file, document, position, Stage.PARSE, f"{reason[:1].upper()}{reason[1:]}", fix)


def _judge(document: yaml12.Document, source: Source, file: str, location: Location) -> FoundEntity | FoundProblem:
    try:
        entity, relations = check(document.value, lambda value: placeholders.resolve(value, source))
        _check_allowed(entity, location)
        entity = _located(entity, file)
        text = _json(entity)
        _check_keys(entity)
    except Rejected as rejected:
        return FoundProblem(
            file,
            document.index,
            document.position(rejected.path),
            rejected.stage,
            rejected.reason,
            rejected.fix,
            refs.guess(document.value),
            _owner(document.value),
        )
    ref = str(refs.of_entity(entity))
    return FoundEntity(ref, entity, text, tuple(relations), file, document.index, document.position())


def _check_allowed(entity: dict[str, Any], location: Location) -> None:
    if not location.allows(entity):
        reason = f"Entity {refs.of_entity(entity)} is not of an allowed kind for that location"
        fix = f"Add the kind {entity['kind']} to the rules of the location {location.target}, or move the document."
        raise Rejected(Stage.RULES, reason, fix, ("kind",))


def _check_keys(entity: dict[str, Any]) -> None:
    try:
        check_casing(entity)
    except CasingClash as error:
        fix = "Rename or remove one of the two keys; searches don't tell them apart."
        raise Rejected(Stage.CASING, str(error), fix, ("metadata",)) from None


def _located(entity: dict[str, Any], file: str) -> dict[str, Any]:
    annotations = entity["metadata"].get("annotations", {}) | dict.fromkeys(LOCATION_ANNOTATIONS, f"file:{file}")
    return entity | {"metadata": entity["metadata"] | {"annotations": annotations}}


def _json(entity: dict[str, Any]) -> str:
    try:
        return as_json(entity)
    except ValueError:
        raise Rejected(
            Stage.POLICY, "A number is infinite or not a number", "Quote .inf and .nan when they are meant as text."
        ) from None


def _owner(value: Any) -> str:
    """The owner a rejected document names, when it can be understood."""
    match value:
        case {"spec": {"owner": str(owner)}, "metadata": {**metadata}}:
            namespace = metadata.get("namespace")
            if not isinstance(namespace, str) or not namespace:
                namespace = refs.DEFAULT_NAMESPACE
            try:
                return str(refs.parse(owner, "group", namespace))
            except refs.RefError:
                return ""
    return ""
