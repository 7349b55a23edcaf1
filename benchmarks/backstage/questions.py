"""What both are asked, and the check that they answer the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmarks.catalog_entities import TAGS
from benchmarks.client import Connection
from benchmarks.compare import Target
from benchmarks.server import Failed

# Beside the tags, which many descriptions have: names of one entity each.
ENTITIES_SEARCHED = 20
ENTITIES_NAMED = 300


@dataclass(frozen=True)
class Question:
    """Requests of one kind. The portal shall answer ``goal`` times as many a second as Backstage."""

    name: str
    goal: float
    paths: tuple[str, ...]


def questions(components: int) -> list[Question]:
    """The requests that the catalog's pages, its clients and the search box make."""
    page = "limit=20&orderField=metadata.name,asc&filter=kind=component"
    facets = "facet=metadata.tags&facet=spec.owner&filter=kind=component"
    numbers = range(0, components, max(1, components // ENTITIES_NAMED))
    names = [f"comp-{number:06}" for number in numbers]
    terms = [*TAGS, *names[:: max(1, len(names) // ENTITIES_SEARCHED)]]
    return [
        Question("sorted page of 20", 20, (f"/api/catalog/entities/by-query?{page}",)),
        Question("entity by name", 8, tuple(f"/api/catalog/entities/by-name/component/default/{one}" for one in names)),
        Question("facets over tags and owners", 30, (f"/api/catalog/entity-facets?{facets}",)),
        Question("search", 10, tuple(f"/api/search/query?{urlencode({'term': term})}" for term in terms)),
    ]


def check(asked: Sequence[Question], a: Target, b: Target) -> None:
    """Compare answers. Raises Failed when one finds other entities or counts, for then a comparison of times is void.

    Searches are ranked by rules of their own, so it only matters that both find something.
    """
    for question in asked:
        for path in question.paths[:: max(1, len(question.paths) // 20)]:
            first, second = (_essence(_ask(target, path)) for target in (a, b))
            if first != second:
                raise Failed(f"{path} is answered differently:\n{str(first)[:1000]}\n{str(second)[:1000]}")


def _ask(target: Target, path: str) -> Any:
    connection = Connection(target.server.port)
    answer = connection.get(path, target.people[0].cookie if target.people else "")
    connection.close()
    if answer.status != 200:
        raise Failed(f"{path} answered {answer.status}: {answer.text()[:1000]}")
    return json.loads(answer.text())


def _essence(found: Mapping[str, Any]) -> Any:
    if "facets" in found:
        return {key: sorted((one["value"], one["count"]) for one in each) for key, each in found["facets"].items()}
    if "results" in found:
        return bool(found["results"])
    if "items" in found:
        return found["totalItems"], [_entity(one) for one in found["items"]]
    return _entity(found)


def _entity(entity: Mapping[str, Any]) -> Any:
    own = {"uid", "etag", "annotations"}
    relations = sorted((one["type"], one["targetRef"]) for one in entity["relations"])
    return {key: value for key, value in entity["metadata"].items() if key not in own}, entity["spec"], relations
