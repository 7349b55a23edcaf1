"""From what was found to rows of the catalog's tables."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem
from plugins.catalog.ingestion.search_rows import storable
from plugins.catalog.ingestion.stitching import as_json, uid_of
from plugins.catalog.models import REF, Entity, Problem

# Counted up when documents are judged or rows are made in another way, so that the next ingestion reads them all.
LAYOUT = "5"


def entity_digest(found: FoundEntity) -> str:
    """Equal for two readings of a document that lead to the same rows."""
    return digest(LAYOUT, found.json, found.file, found.origin, found.parent, str(found.position.line))


def problem_digest(found: FoundProblem) -> str:
    """Equal for two sightings of the same problem, whatever its line has become."""
    return digest(found.file, str(found.document), found.stage, found.reason)


def entity_row(found: FoundEntity, final: dict[str, Any], now: datetime) -> Entity:
    """The row of an entity whose final form is ``final``; ``created_at`` counts only when it is new."""
    metadata: dict[str, Any] = found.entity["metadata"]
    spec: dict[str, Any] = found.entity.get("spec") or {}
    title = _title(found)
    return Entity(
        uid=uid_of(found.ref),
        ref=found.ref,
        kind=found.entity["kind"],
        namespace=metadata["namespace"],
        name=metadata["name"],
        title=title,
        sort_key=(title or metadata["name"]).lower()[:REF],
        description=storable(metadata.get("description") or ""),
        type=_short(spec.get("type")),
        lifecycle=_short(spec.get("lifecycle")),
        owner_ref=_target(found, "ownedBy"),
        system_ref=_target(found, "partOf", "system:"),
        data=as_json(final),
        stated_etag=stated_etag(found),
        stale=False,
        file=storable(found.file),
        line=found.position.line,
        origin=storable(found.origin),
        parent_ref=found.parent,
        digest=entity_digest(found),
        created_at=now,
        updated_at=now,
    )


def _title(found: FoundEntity) -> str:
    """As Backstage's pages name an entity: by its title, or else as its profile says; "" when by its name."""
    spec: dict[str, Any] = found.entity.get("spec") or {}
    if found.is_generated:
        return storable(spec["target"])
    titles = [found.entity["metadata"].get("title")]
    if found.entity["kind"] in ("User", "Group"):
        titles.append((spec.get("profile") or {}).get("displayName"))
    return next((title for one in titles if one and (title := storable(one).strip())), "")


def stated_etag(found: FoundEntity) -> str:
    """The etag that the file says, or ""."""
    return _short(found.entity["metadata"].get("etag"))


def tags(found: FoundEntity) -> list[str]:
    """Its distinct tags."""
    return list(dict.fromkeys(found.entity["metadata"].get("tags", ())))


def problem_row(found: FoundProblem, now: datetime) -> Problem:
    """The row of a problem; ``first_seen`` counts only when it is new."""
    return Problem(
        file=storable(found.file),
        document=found.document,
        line=found.position.line,
        column=found.position.column,
        origin=storable(found.origin),
        stage=found.stage,
        reason=storable(found.reason),
        fix=storable(found.fix),
        ref=_short(found.ref),
        owner_ref=_short(found.owner_ref),
        digest=problem_digest(found),
        first_seen=now,
    )


def digest(*parts: str) -> str:
    """SHA-256 of texts, told apart."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _target(found: FoundEntity, type_: str, prefix: str = "") -> str:
    targets = (r.target for r in found.relations if r.source == found.ref and r.type == type_)
    return next((target for target in targets if target.startswith(prefix)), "")


def _short(value: Any) -> str:
    return storable(value)[:REF] if isinstance(value, str) else ""
