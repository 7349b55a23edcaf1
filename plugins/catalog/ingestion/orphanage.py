"""Entities that nothing names any more, kept and marked when the configuration says so."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from plugins.catalog.ingestion import stitching
from plugins.catalog.ingestion.batches import batches
from plugins.catalog.ingestion.progress import Progress
from plugins.catalog.ingestion.search_rows import rows_of
from plugins.catalog.models import Entity, SearchRow
from plugins.catalog.revision import revision
from portal.api import search_changed

ANNOTATION = "backstage.io/orphan"


def orphans(refs: Iterable[str], origins: set[str]) -> set[str]:
    """Those of ``refs`` whose location is still there; the others go with theirs, whatever the strategy."""
    return set(Entity.objects.filter(origin__in=origins).values_list("ref", flat=True)).intersection(refs)


def mark(refs: Iterable[str], progress: Progress) -> None:
    """Give entities the annotation, until they are found again. It is their last change, and so says since when."""
    for batch in batches(sorted(refs)):
        with transaction.atomic():
            progress.fence()
            _mark(batch)


def _mark(refs: list[str]) -> None:
    marked: list[str] = []
    for entity in Entity.objects.filter(ref__in=refs):
        data = json.loads(entity.data)
        annotations = data["metadata"].get("annotations", {})
        if annotations.get(ANNOTATION) == "true":
            continue
        data["metadata"]["annotations"] = annotations | {ANNOTATION: "true"}
        data = stitching.final(data, entity.uid, data["relations"], entity.stated_etag, data.get("status"))
        Entity.objects.filter(pk=entity.pk).update(data=stitching.as_json(data), digest="", updated_at=timezone.now())
        SearchRow.objects.filter(entity=entity).delete()
        stitching.write_search_rows((entity.pk, entity.kind.lower(), row) for row in rows_of(data))
        marked.append(entity.ref)
    if marked:
        search_changed("catalog", marked)
        revision.advance()
