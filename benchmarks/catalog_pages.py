"""Runs in an installation: ``python -m benchmarks.catalog_pages COMPONENTS FOLDER`` prints what it measured as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - models need Django
from django.test import Client  # noqa: E402

from benchmarks.catalog_entities import team, write  # noqa: E402
from plugins.catalog.config import CatalogConfig  # noqa: E402
from plugins.catalog.ingestion.ingest import ingest  # noqa: E402
from plugins.catalog.models import Entity  # noqa: E402
from plugins.catalog.revision import revision  # noqa: E402
from portal.testing import person  # noqa: E402

ROUNDS = 20
KINDS = ["Component", "API", "Resource", "System", "Domain", "Group"]


def pages(components: int) -> dict[str, str]:
    """What is asked for, by what it is called."""
    owner = f"group:default/{team(1, components)}"
    return {
        "list page": "/catalog/",
        "list page, last": f"/catalog/?page={components // 25}",
        "list page, sorted by owner": "/catalog/?sort=owner",
        "list page, of one owner": f"/catalog/?kind=all&owner={owner}",
        "list page, by text": "/catalog/?q=kafka",
        "entity page": "/catalog/default/component/comp-000001/",
        "facets of the API": "/api/catalog/entity-facets?facet=kind&facet=spec.type&filter=kind=component",
        "by-query API": "/api/catalog/entities/by-query?limit=20&filter=kind=component&orderField=metadata.name,asc",
    }


def main() -> None:
    """Ingest, unless FOLDER is - and the catalog is there; ask; print."""
    components, folder = int(sys.argv[1]), sys.argv[2]
    settings.ALLOWED_HOSTS = ["testserver"]
    found: dict[str, Any] = {}
    if folder != "-":
        number = write(Path(folder), components)
        location = {"type": "file", "target": ".", "rules": [{"allow": KINDS}]}
        config = CatalogConfig.model_validate({"locations": [location]})
        for name in ("ingestion", "unchanged refresh"):
            began = time.perf_counter()
            ingest(config, Path(folder))
            found[name] = number / (time.perf_counter() - began)
        found["entities"] = number
    client = Client()
    client.force_login(person("bench"))
    found |= {"first": {}, "changed": {}, "warm": {}}
    location = Entity.objects.get(kind="Location")
    asked = {**pages(components), "page of the location": f"/catalog/default/location/{location.name}/"}
    for name, path in asked.items():
        revision.advance()
        found["first"][name] = _taken(client, path)
        revision.advance()
        found["changed"][name] = _taken(client, path)
        found["warm"][name] = [_taken(client, path) for _ in range(ROUNDS)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "peak": memory}))


def _taken(client: Client, path: str) -> float:
    """The milliseconds until the answer, which is worked out: what the API answered before is not given again."""
    began = time.perf_counter()
    response = client.get(path, headers={"Cache-Control": "no-cache"})
    taken = (time.perf_counter() - began) * 1000
    assert response.status_code == 200, (path, response.content)
    return taken


if __name__ == "__main__":
    main()
