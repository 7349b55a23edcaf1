"""POST /validate-entity: an entity judged by the rules of ingestion, in the words of Backstage's orchestrator."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from plugins.catalog import refs
from plugins.catalog.ingestion.documents import LOCATION_ANNOTATIONS
from plugins.catalog.ingestion.placeholders import find
from plugins.catalog.ingestion.search_rows import CasingClash, TooManyValues, check_searchable
from plugins.catalog.rest.parameters import Body
from plugins.catalog.validation import Rejected, Stage, check
from plugins.catalog.validation.schemas import ENVELOPE

BUILTIN = "Processor BuiltinKindsEntityProcessor threw an error while"


def errors_of(request: HttpRequest) -> list[dict[str, Any]]:
    """What is wrong with the entity in the body, or an empty list. Raises HttpError."""
    body = Body.of(request)
    location = body.text("location", required=True) or ""
    entity = body.mapping("entity", required=True) or {}
    for violation in ENVELOPE.check(entity, ()):
        return [_error("TypeError", f"{violation.where} {violation.message} - {violation.detail}")]
    if problem := _problem_of_location(location):
        return [_error("TypeError", problem)]
    return _judged(_located(entity, location))


def _judged(entity: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        checked, _ = check(entity, _without_placeholders)
        check_searchable(checked)
    except (CasingClash, TooManyValues) as error:
        return [_error("InputError", str(error))]
    except Rejected as rejected:
        return [_explained(rejected, refs.guess(entity))]
    return []


def _explained(rejected: Rejected, ref: str) -> dict[str, Any]:
    reason = rejected.reason
    match rejected.stage:
        case Stage.PLACEHOLDER:
            return _caused("Processor PlaceholderProcessor threw an error while preprocessing", "Error", reason)
        case Stage.POLICY:
            return _caused(f"Policy check failed for {ref}", "Error", reason)
        case Stage.KIND if reason.startswith("No processor recognized"):
            return _error("InputError", reason)
        case Stage.KIND:
            return _caused(f"{BUILTIN} validating the entity {ref}", "TypeError", reason)
        case Stage.RELATIONS:
            name = "TypeError" if "was not on the form" in reason else "Error"
            return _caused(f"{BUILTIN} postprocessing", name, reason)
    return _error("InputError", reason)


def _problem_of_location(location: str) -> str:
    type_, colon, target = location.partition(":")
    if not (type_ and colon and target):
        return f"Unable to parse location ref '{location}', expected '<type>:<target>', e.g. 'url:https://host/path'"
    if type_ != "url":
        return f"Invalid location ref {location}, only 'url:<target>' is supported, e.g. url:https://host/path"
    return ""


def _located(entity: dict[str, Any], location: str) -> dict[str, Any]:
    metadata = entity["metadata"]
    stated = metadata.get("annotations")
    if stated is not None and not isinstance(stated, dict):
        return entity
    annotations = dict.fromkeys(LOCATION_ANNOTATIONS, location) | (stated or {})
    return entity | {"metadata": metadata | {"annotations": annotations}}


def _without_placeholders(entity: dict[str, Any]) -> dict[str, Any]:
    """An entity that is sent has no files beside it, and those on the network are not read."""
    placeholder = find(entity)
    if placeholder is not None:
        key, name, path = placeholder
        reason = f"Placeholder {key} could not read location {name}, reading from there is not allowed"
        raise Rejected(Stage.PLACEHOLDER, reason, "Send the content itself.", path)
    return entity


def _caused(message: str, name: str, reason: str) -> dict[str, Any]:
    return _error("InputError", f"{message}; caused by {name}: {reason}") | {"cause": _error(name, reason)}


def _error(name: str, message: str) -> dict[str, Any]:
    return {"name": name, "message": message}
