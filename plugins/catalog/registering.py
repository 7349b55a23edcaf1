"""Locations that people add while the portal runs: tried, read, moved, removed with what they brought."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from itertools import islice
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404

from plugins.catalog.ingestion import generated
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem
from plugins.catalog.ingestion.following import Walk
from plugins.catalog.ingestion.holders import duplicate, not_elsewhere
from plugins.catalog.ingestion.sources import Origin
from plugins.catalog.ingestion.summary import Scope, Summary
from plugins.catalog.models import Entity, RegisteredLocation
from plugins.catalog.reading.reader import UrlReader
from plugins.catalog.refresh import refresh_soon
from portal.api import config

MAX_PREVIEWED = 1_000
# Somebody waits for it, and so does a thread of the server.
PREVIEW_SECONDS = 20.0


class AlreadyRegistered(ValueError):
    """Another location has that type and target."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a location would bring, at most MAX_PREVIEWED documents of it.

    already  how many entities come from the same file already, but by another location
    """

    entities: list[FoundEntity] = field(default_factory=list)
    problems: list[FoundProblem] = field(default_factory=list)
    already: int = 0

    @property
    def stated(self) -> list[FoundEntity]:
        """The entities but for those that stand for locations."""
        return [one for one in self.entities if not one.is_generated]


def is_readonly() -> bool:
    """Say whether the configuration lets nobody register, move or remove locations."""
    stated: bool = config.of("catalog").readonly
    return stated


def location(type_: str, target: str) -> RegisteredLocation:
    """A location that is not stored yet."""
    return RegisteredLocation(
        id=str(uuid4()),
        type=type_,
        target=target,
        digest=digest(type_, target),
        entity_ref=generated.ref_of(type_, target),
    )


def digest(type_: str, target: str) -> str:
    """Different for any two locations."""
    return hashlib.sha256(f"{type_}:{target}".encode("utf-8", "surrogatepass")).hexdigest()


def preview(tried: RegisteredLocation) -> Preview:
    """Read a location, and what it leads to, without adding anything to the catalog.

    Addresses are read for PREVIEW_SECONDS at most; each later one is a problem. Their contents, each of fetch.MAX_BYTES
    at most, are kept as ReadUrl, so that registering need not have them sent again; the next reading of everything that
    begins drops those that it doesn't read.
    """
    walk = Walk(config.of("catalog"), settings.BASE_DIR, UrlReader.configured(PREVIEW_SECONDS))
    found = Preview()
    for item in islice(walk.of([Origin(tried.type, tried.target)]), MAX_PREVIEWED):
        if isinstance(item, FoundEntity):
            found.entities.append(item)
        else:
            found.problems.append(item)
    return found


def accepted(found: Preview, tried: RegisteredLocation) -> Preview:
    """What the catalog would take of a preview: a reference that it has from elsewhere, or twice, is a problem."""
    entities: dict[str, FoundEntity] = {}
    problems = list(found.problems)
    for item in not_elsewhere(found.entities, problems, Scope(origin=str(tried))):
        if isinstance(item, FoundEntity):
            first = entities.setdefault(item.ref, item)
            if first is not item and not item.is_generated:
                problems.append(duplicate(item, f"{first.file} line {first.position.line}"))
    result = Preview(list(entities.values()), problems)
    refused = len(problems) - len(found.problems)
    return replace(result, already=len(found.stated) - len(result.stated) - refused)


def register(new: RegisteredLocation) -> Summary | None:
    """Store a location and have it read, see read(). Raises AlreadyRegistered."""
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:
        raise AlreadyRegistered(str(new)) from None
    return read(new)


def read(one: RegisteredLocation) -> Summary | None:
    """Bring what comes from a location in line with it, or remove that when the location is gone.

    A worker does it soon, and None is returned; without a worker, it is done at once.
    """
    return refresh_soon(origin=str(one))


def move(moved: RegisteredLocation, to: RegisteredLocation) -> None:
    """Let a location point elsewhere, and have it read there.

    Raises AlreadyRegistered, and Http404 when somebody has just removed it.
    """
    before = RegisteredLocation(type=moved.type, target=moved.target)
    moved.type, moved.target, moved.digest, moved.entity_ref = to.type, to.target, to.digest, to.entity_ref
    stored = RegisteredLocation.objects.filter(pk=moved.pk)
    try:
        with transaction.atomic():
            # save() would add one that was removed meanwhile again.
            is_there = stored.update(type=to.type, target=to.target, digest=to.digest, entity_ref=to.entity_ref)
    except IntegrityError:
        raise AlreadyRegistered(str(to)) from None
    if not is_there:
        raise Http404(f"Found no location with ID {moved.pk}")
    read(before)
    read(moved)


def remove(gone: RegisteredLocation) -> Summary | None:
    """Forget a location and have what it brought removed, see read(), unless the configuration names it too."""
    gone.delete()
    return read(gone)


def count(one: RegisteredLocation) -> int:
    """How many entities came from a location, its own not counted."""
    return Entity.objects.filter(origin=str(one)).exclude(ref__startswith=generated.REFS).count()
