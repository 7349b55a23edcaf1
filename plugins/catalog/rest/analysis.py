"""POST /analyze-location: what an entity for a repository could look like, from its address alone.

So does Backstage without an analyzer for the repository's host: nothing is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.http import HttpRequest
from ninja.errors import HttpError

from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.reading.integrations import Integrations
from plugins.catalog.rest.parameters import Body
from plugins.catalog.validation.urls import is_url

PUBLIC: Mapping[str, str] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "dev.azure.com": "azure",
}
PREFIXES: Mapping[str, str] = {kind: host for host, kind in PUBLIC.items()}


def analyze(request: HttpRequest) -> dict[str, Any]:
    """The proposal for the location in the body. Raises HttpError."""
    body = Body.of(request)
    body.mapping("location", required=True)
    location = body.part("location")
    location.text("type", required=True)
    target = location.text("target", required=True) or ""
    # Backstage's document and its code spell the name of the file in two ways.
    body.only("location", "catalogFilename", "catalogFileName")
    body.text("catalogFilename")
    location.only("type", "target")
    parts = _parts(target)
    kind = _kind(parts)
    owner, name = _repository(parts, kind)
    metadata: dict[str, Any] = {"name": name}
    if prefix := PREFIXES.get(kind):
        metadata["annotations"] = {f"{prefix}/project-slug": f"{owner}/{name}"}
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    }
    return {"existingEntityFiles": [], "generateEntities": [{"entity": entity, "fields": []}]}


def _parts(target: str) -> SplitResult:
    """The parts of an address. Raises HttpError."""
    try:
        parts = urlsplit(target) if is_url(target) else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https", "ssh", "git"):
        raise HttpError(400, "The given location.target is not a URL")
    return parts


def _kind(parts: SplitResult) -> str:
    """What runs on a host, as ``integrations`` or its well-known name says; "" when neither does."""
    try:
        configured = {one.host: one.kind for one in Integrations.configured()}
    except Unreadable:
        # Each reading of a location says what is wrong with the configuration.
        configured = {}
    authority = parts.netloc.rpartition("@")[2].lower()
    return configured.get(authority) or PUBLIC.get(parts.hostname or "", "")


def _repository(parts: SplitResult, kind: str) -> tuple[str, str]:
    """Owner and name of the repository that an address leads to. Raises HttpError."""
    steps = [step for step in unquote(parts.path).split("/") if step]
    for mark in ("-", "blob", "tree", "src", "raw", "edit"):
        if mark in steps[2:]:
            steps = steps[: steps.index(mark, 2)]
    if "_git" in steps[:-1]:
        place = steps.index("_git")
        return "".join(steps[:place][-1:]), steps[place + 1].removesuffix(".git")
    if kind == "github":
        steps = steps[:2]
    if len(steps) < 2:
        raise HttpError(400, "The given location.target does not lead to a repository")
    return "/".join(steps[:-1]), steps[-1].removesuffix(".git")
