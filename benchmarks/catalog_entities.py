"""Catalogs of any size: for 10 components an API, half a resource, half a system, and teams that own them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

TAGS = (
    "backend frontend batch rest grpc kafka internal legacy ml search pci gdpr java go python rust typescript "
    "tier-1 tier-2 tier-3"
).split()
TYPES = ("service", "service", "website", "library", "data-pipeline")
LIFECYCLES = ("production", "production", "production", "experimental", "deprecated")
A_FILE = 500


def write(folder: Path, components: int) -> int:
    """Write a catalog of ``components`` components and what belongs to them, and return the number of its entities."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = list(_documents(components))
    for start in range(0, len(documents), A_FILE):
        text = "---\n".join(documents[start : start + A_FILE])
        (folder / f"entities-{start:07}.yaml").write_text(text, encoding="utf-8")
    return len(documents)


def team(number: int, components: int) -> str:
    """The name of a team that owns something."""
    return f"team-{number % max(1, components // 50):04}"


def _documents(components: int) -> Iterator[str]:
    rng = random.Random(components)  # noqa: S311 - repeatable data
    systems, resources, apis = (max(1, components // part) for part in (20, 20, 10))
    for number in range(max(1, components // 50)):
        yield _entity("Group", team(number, components), "  type: team\n  children: []\n")
    for number in range(max(1, components // 200)):
        yield _entity("Domain", f"domain-{number:03}", f"  owner: {team(number, components)}\n")
    for number in range(systems):
        spec = f"  owner: {team(number, components)}\n  domain: domain-{number % max(1, components // 200):03}\n"
        yield _entity("System", f"system-{number:05}", spec)
    for number in range(resources):
        yield _entity("Resource", f"resource-{number:05}", f"  type: database\n  owner: {team(number, components)}\n")
    for number in range(apis):
        spec = f"  type: openapi\n  lifecycle: production\n  owner: {team(number, components)}\n"
        yield _entity("API", f"api-{number:05}", f"{spec}  definition: 'openapi: 3.1.0'\n")
    for number in range(components):
        yield _entity(
            "Component", f"comp-{number:06}", _component(rng, number, components, systems, resources, apis), rng
        )


def _component(rng: random.Random, number: int, components: int, systems: int, resources: int, apis: int) -> str:
    needs = [f"component:default/comp-{rng.randrange(components):06}", f"resource:resource-{number % resources:05}"]
    return (
        f"  type: {rng.choice(TYPES)}\n"
        f"  lifecycle: {rng.choice(LIFECYCLES)}\n"
        f"  owner: group:default/{team(number, components)}\n"
        f"  system: system-{number % systems:05}\n"
        f"  dependsOn: [{', '.join(needs)}]\n"
        f"  providesApis: [api-{number % apis:05}]\n"
        f"  consumesApis: [api-{rng.randrange(apis):05}]\n"
    )


def _entity(kind: str, name: str, spec: str, rng: random.Random | None = None) -> str:
    more = ""
    if rng is not None:
        more = (
            f"  description: Generated component {name} about {rng.choice(TAGS)} and {rng.choice(TAGS)}\n"
            f"  annotations:\n    github.com/project-slug: acme/{name}\n    backstage.io/techdocs-ref: dir:.\n"
            f"  labels: {{example.com/tier: '{rng.randrange(4)}'}}\n"
            f"  tags: [{', '.join(rng.sample(TAGS, 3))}]\n"
            f"  links: [{{url: 'https://example.com/dash/{name}', title: Dashboard, icon: dashboard}}]\n"
        )
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n"
        f"  title: {name.replace('-', ' ').title()}\n{more}spec:\n{spec}"
    )
