"""From one file to what its documents are: entities, or problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Any

from plugins.catalog import refs
from plugins.catalog.ingestion import placeholders
from plugins.catalog.ingestion.bounds import check_bounds
from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.ingestion.pages import annotations_of
from plugins.catalog.ingestion.search_rows import CasingClash, TooManyValues, check_searchable
from plugins.catalog.ingestion.sources import Origin, Source, UrlSource
from plugins.catalog.ingestion.stitching import as_json
from plugins.catalog.validation import Rejected, Relation, Stage, check
from portal.api import yaml12

LOCATION_ANNOTATIONS = ("backstage.io/managed-by-location", "backstage.io/managed-by-origin-location")
ORIGIN_KEY = f"metadata.annotations.{LOCATION_ANNOTATIONS[1]}"

START = yaml12.Position(1, 1)


@dataclass(frozen=True, slots=True)
class Target:
    """What a location entity names; without a type it has that of the source it stands in."""

    text: str
    type: str
    optional: bool
    position: yaml12.Position = START


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """A document that may become an entity, unless another has its reference already.

    parent        the location entity that led to its source, or ""
    is_generated  whether no document says it, see plugins.catalog.ingestion.generated
    leads_on      whether it names other sources, as a location or by a placeholder
    """

    ref: str
    entity: dict[str, Any]
    json: str
    relations: tuple[Relation, ...]
    file: str
    document: int
    position: yaml12.Position
    origin: str
    targets: tuple[Target, ...] = ()
    parent: str = ""
    is_generated: bool = False
    leads_on: bool = False


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """What kept a location, a file or a document from giving entities.

    unread  the generated location that could not be read, if it is one
    path    keys and indexes that lead to the place in the document
    """

    file: str
    document: int
    position: yaml12.Position
    stage: Stage
    reason: str
    fix: str
    ref: str = ""
    owner_ref: str = ""
    origin: str = ""
    unread: str = ""
    path: tuple[str | int, ...] = ()


def read(
    source: Source,
    origin: Origin,
    allows: Callable[[dict[str, Any]], bool],
    *,
    parent: str = "",
    optional: bool = False,
    is_known: Callable[[bytes], bool] = lambda _: False,
    trusted: Set[placeholders.Named] | None = None,
) -> Iterator[FoundEntity | FoundProblem]:
    """Every document of a source that is not empty, in order. One that is optional may be absent.

    Nothing of one whose content ``is_known``. With ``trusted``, what other placeholders name is not read.
    """
    try:
        content = source.read()
        documents = iter(()) if is_known(content) else yaml12.iterate(content)
    except Unreadable as error:
        if not (optional and isinstance(error, Absent)):
            yield FoundProblem(source.name, 0, START, Stage.READ, str(error), error.fix, origin=origin.ref)
        return
    except yaml12.YamlError as error:
        yield _unparsed(source, origin, 0, error)
        return
    for document in documents:
        if document.error:
            yield _unparsed(source, origin, document.index, document.error)
        elif document.value is not None:
            yield _judge(document, source, origin, allows, parent, trusted)


def targets_of(
    entity: dict[str, Any], position: Callable[[tuple[str | int, ...]], yaml12.Position] = lambda _: START
) -> tuple[Target, ...]:
    """What a location entity names, in order; nothing for other kinds."""
    if entity["kind"] != "Location":
        return ()
    spec = entity["spec"]
    named: list[tuple[str, tuple[str | int, ...]]] = []
    if "target" in spec:
        named.append((spec["target"], ("spec", "target")))
    named += ((text, ("spec", "targets", index)) for index, text in enumerate(spec.get("targets", ())))
    optional = spec.get("presence") == "optional"
    return tuple(Target(text, spec.get("type", ""), optional, position(path)) for text, path in named)


def _unparsed(source: Source, origin: Origin, document: int, error: yaml12.YamlError) -> FoundProblem:
    position = yaml12.Position(error.line, error.column)
    reason, _, advice = error.reason.partition("; ")
    fix = f"{advice[:1].upper()}{advice[1:]}." if advice else "Correct the document here; it can't be read as YAML."
    reason = f"{reason[:1].upper()}{reason[1:]}"
    return FoundProblem(source.name, document, position, Stage.PARSE, reason, fix, origin=origin.ref)


def _judge(
    document: yaml12.Document,
    source: Source,
    origin: Origin,
    allows: Callable[[dict[str, Any]], bool],
    parent: str,
    trusted: Set[placeholders.Named] | None,
) -> FoundEntity | FoundProblem:
    try:
        entity, relations = check(document.value, lambda value: placeholders.resolve(value, source, trusted))
        _check_allowed(entity, origin, allows)
        entity = _located(entity, source, origin)
        check_bounds(entity)
        _check_keys(entity)
    except Rejected as rejected:
        return FoundProblem(
            source.name,
            document.index,
            document.position(rejected.path),
            rejected.stage,
            rejected.reason,
            rejected.fix,
            refs.guess(document.value),
            _owner(document.value),
            origin.ref,
            path=rejected.path,
        )
    ref, text = str(refs.of_entity(entity)), as_json(entity)
    return FoundEntity(
        ref,
        entity,
        text,
        tuple(relations),
        source.name,
        document.index,
        document.position(),
        origin.ref,
        targets_of(entity, document.position),
        parent,
        leads_on=entity["kind"] == "Location" or placeholders.find(document.value) is not None,
    )


def _check_allowed(entity: dict[str, Any], origin: Origin, allows: Callable[[dict[str, Any]], bool]) -> None:
    if not allows(entity):
        reason = f"Entity {refs.of_entity(entity)} is not of an allowed kind for that location"
        fix = f"Allow the kind {entity['kind']} in catalog.rules or in the rules of {origin.ref}, or move the document."
        raise Rejected(Stage.RULES, reason, fix, ("kind",))


def _check_keys(entity: dict[str, Any]) -> None:
    try:
        check_searchable(entity)
    except CasingClash as error:
        fix = "Rename or remove one of the two keys; searches don't tell them apart."
        raise Rejected(Stage.CASING, str(error), fix, error.path) from None
    except TooManyValues as error:
        raise Rejected(
            Stage.POLICY, str(error), "Split it into several entities, or keep the data elsewhere."
        ) from None


def pages_of(source: Source) -> dict[str, str]:
    """The annotations that the entities of a source have by where it is."""
    return annotations_of(source.name, source.reader.integrations) if isinstance(source, UrlSource) else {}


def _located(entity: dict[str, Any], source: Source, origin: Origin) -> dict[str, Any]:
    by, originally_by = LOCATION_ANNOTATIONS
    places = {by: f"{source.type}:{source.name}", originally_by: origin.ref}
    annotations = pages_of(source) | entity["metadata"].get("annotations", {}) | places
    return entity | {"metadata": entity["metadata"] | {"annotations": annotations}}


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
