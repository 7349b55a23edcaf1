"""Random entities: every kind, with the cases in which clients and servers differ most easily."""

from __future__ import annotations

import json
import random
from typing import Any

TAGS = ("go", "java", "c++", "c#", "internal", "tier-1")
NOTES = ("", "Ünïcode ÄÖ", "100%", "under_score", "back\\slash", "comma-free", "  ", "İstanbul", "ß", "\u2028")


def entities(number: int, seed: int) -> list[dict[str, Any]]:
    """The same ``number`` entities for the same seed, no two with one reference."""
    rng = random.Random(seed)  # noqa: S311 - repeatable data
    groups = [_entity(rng, "Group", f"team-{index}", {"type": "team", "children": []}) for index in range(8)]
    people = [
        _entity(rng, "User", f"person{index}", {"memberOf": rng.sample([f"team-{n}" for n in range(8)], 2)})
        for index in range(12)
    ]
    found = [*groups, *people]
    for index in range(number - len(found)):
        kind = rng.choice(("Component",) * 5 + ("API", "Resource", "System", "Domain"))
        found.append(
            _entity(rng, kind, f"{rng.choice(('Svc', 'svc', 'lib', 'X'))}.{index:03}", _spec(rng, kind, index))
        )
    return found


def as_yaml(found: list[dict[str, Any]]) -> str:
    """As documents of one file; JSON is YAML."""
    return "\n---\n".join(json.dumps(one) for one in found)


def _entity(rng: random.Random, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if rng.random() < 0.2:
        metadata["namespace"] = rng.choice(("payments", "shop-2"))
    if rng.random() < 0.6:
        metadata["title"] = rng.choice(("Alpha", "alpha", "Béta", "Ωmega", "zed", f"Title {name}"))
    if rng.random() < 0.6:
        metadata["tags"] = rng.sample(TAGS, rng.randint(1, 3))
    if rng.random() < 0.4:
        metadata["labels"] = {"example.com/tier": rng.choice(("1", "2", "Gold"))}
    if rng.random() < 0.4:
        metadata["annotations"] = {"example.com/Note": rng.choice(NOTES)}
    if rng.random() < 0.3:
        metadata["description"] = "long " * rng.randint(1, 60)
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec | _odd(rng)}


def _odd(rng: random.Random) -> dict[str, Any]:
    """Keys that no schema knows: numbers, booleans, lists of several types."""
    odd: dict[str, Any] = {}
    if rng.random() < 0.3:
        odd["score"] = rng.choice((1, 2, 10, 1.5, 1e21, 0.1, -3))
    if rng.random() < 0.3:
        odd["nested"] = {"flag": rng.random() < 0.5, "deep": [{"a": 1}, {"a": "b"}]}
    if rng.random() < 0.3:
        odd["mixed"] = rng.sample(("One", "two", 3, True), 2)
    return odd


def _spec(rng: random.Random, kind: str, index: int) -> dict[str, Any]:
    owner = rng.choice(("team-1", "group:default/team-2", "user:default/person3", "Team-4", "nobody"))
    lifecycle = rng.choice(("production", "experimental", "Deprecated"))
    match kind:
        case "Component":
            spec: dict[str, Any] = {"type": rng.choice(("service", "website", "Library")), "lifecycle": lifecycle}
            if rng.random() < 0.5:
                spec["dependsOn"] = [f"component:svc.{rng.randrange(index + 1):03}", "resource:default/db"]
            if rng.random() < 0.5:
                spec["system"] = f"system-{rng.randrange(5)}"
            return spec | {"owner": owner}
        case "API":
            return {"type": "openapi", "lifecycle": lifecycle, "owner": owner, "definition": "openapi: 3.1.0"}
        case "Resource":
            return {"type": "database", "owner": owner}
        case _:
            return {"owner": owner}
