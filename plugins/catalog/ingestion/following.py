"""From locations to documents: each source once, and what location entities name after what names it."""

from __future__ import annotations

import json
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.db.models import F, Q

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion import generated
from plugins.catalog.ingestion.documents import (
    LOCATION_ANNOTATIONS,
    START,
    FoundEntity,
    FoundProblem,
    Target,
    read,
    targets_of,
)
from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.ingestion.fingerprints import Fingerprints
from plugins.catalog.ingestion.search_rows import storable
from plugins.catalog.ingestion.sources import Origin, Source, UrlSource, again, opened
from plugins.catalog.models import DiscoveredLocation, Entity, Provider, RegisteredLocation
from plugins.catalog.providers import people
from plugins.catalog.reading.reader import AT_ONCE, UrlReader
from plugins.catalog.validation import Stage

log = logging.getLogger(__name__)

CONFIGURED, PROVIDED, REGISTERED = range(3)
MAX_DEPTH = 10
MAX_FOLLOWED = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """A source to read, how many location entities led to it, and the last of them."""

    source: Source
    origin: Origin
    depth: int = 0
    optional: bool = False
    parent: str = ""


def origins_of(config: CatalogConfig) -> list[Origin]:
    """The configured locations, the providers, the discovered and the registered locations, each once."""
    configured = [Origin(one.type, one.target) for one in config.locations]
    provided = [Origin("provider", people.ACCOUNTS, rank=PROVIDED)] if config.providers.accounts else []
    provided += _provided() if config.providers.are_any else []
    rows = RegisteredLocation.objects.values_list("type", "target")
    registered = [Origin(type_, target, rank=REGISTERED) for type_, target in rows]
    return list(dict.fromkeys(configured + provided + registered))


def _provided() -> Iterator[Origin]:
    names = Provider.objects.exclude(content="").order_by("name").values_list("name", flat=True)
    yield from (Origin("provider", name, rank=PROVIDED) for name in names)
    # A request for each repository without the file would use up a host's rate limit.
    known_absent = Q(absent_version=F("version")) & ~Q(version="")
    rows = DiscoveredLocation.objects.exclude(known_absent).order_by("target")
    for target, failed in rows.values_list("target", "provider__reason"):
        # A token that lost its rights gets 404, too: then what is absent may only be hidden.
        yield Origin("url", target, optional=not failed, rank=PROVIDED)


def provider_problems(config: CatalogConfig) -> Iterator[FoundProblem]:
    """What kept providers from discovering locations; what they discovered before stays."""
    for one in Provider.objects.exclude(reason="") if config.providers.are_any else ():
        yield FoundProblem(one.name, 0, START, Stage.READ, one.reason, one.fix)


class Walk:
    """One reading of locations; ``files`` counts the sources that were begun, ``known`` those that are known by now."""

    def __init__(self, config: CatalogConfig, base: Path, reader: UrlReader) -> None:
        self.config, self.base, self.reader = config, base, reader
        self.files = self.known = 0
        self.before: Callable[[], None] = lambda: None
        self.fingerprints: Fingerprints | None = None
        self._names: set[str] = set()
        self._followed: Counter[Origin] = Counter()

    def of(self, origins: Iterable[Origin], only: str = "") -> Iterator[FoundEntity | FoundProblem]:
        """Everything the locations hold; or only what the source of this name does, which is not followed further."""
        steps: dict[str, Step] = {}
        for origin in origins:
            parent = "" if origin.type == "provider" else generated.ref_of(origin.type, origin.target)
            if parent and not only:
                yield generated.of_origin(origin, self.reader.integrations)
            try:
                with _expected(origin.ref):
                    for source in opened(origin, self.base, self.reader):
                        steps.setdefault(source.name, Step(source, origin, 0, origin.optional, parent))
            except Unreadable as error:
                if not only and not (origin.optional and isinstance(error, Absent)):
                    yield FoundProblem(
                        origin.target, 0, START, Stage.READ, str(error), error.fix, parent, "", origin.ref, parent
                    )
        if only:
            steps = {only: steps[only]} if only in steps else {}
        self._names.update(steps)
        try:
            yield from self._everything(steps, follow=not only)
        finally:
            self.reader.close()

    def _everything(self, steps: Mapping[str, Step], *, follow: bool) -> Iterator[FoundEntity | FoundProblem]:
        """What the sources hold and, with ``follow``, those that they lead to."""
        waiting = sorted(steps.values(), key=lambda step: (step.origin.rank, step.source.type, step.source.name))
        for rank in (CONFIGURED, PROVIDED, REGISTERED):
            queue = deque(step for step in waiting if step.origin.rank == rank)
            later = sum(step.origin.rank > rank for step in waiting)
            while queue:
                step = queue.popleft()
                self.known = self.files + 1 + len(queue) + later
                self.before()
                following = (one.source for one in islice(queue, AT_ONCE - 1))
                self.reader.expect(source.name for source in following if isinstance(source, UrlSource))
                for item in self._read(step):
                    if not isinstance(item, Step):
                        yield item
                    elif follow:
                        queue.append(item)

    def comes_upon(self, name: str) -> bool:
        """Say whether the source of this name is among those that are known by now."""
        return name in self._names

    def again(self, name: str, origins: Iterable[Origin]) -> Iterator[FoundEntity | FoundProblem]:
        """What one source holds that a location entity led to, or an address, when its location is still there."""
        held = Entity.objects.filter(file=name).exclude(ref__startswith=generated.REFS)
        known = held.values_list("origin", "data", "parent_ref").first()
        origin = next((one for one in origins if known and one.ref == known[0]), None)
        if known is None or origin is None:
            return
        place = json.loads(known[1])["metadata"]["annotations"][LOCATION_ANNOTATIONS[0]]
        parent = known[2]
        try:
            if parent == generated.ref_of(origin.type, origin.target):
                # Which sources it has now, only the location itself says.
                sources = [one for one in opened(origin, self.base, self.reader) if one.name == name]
            else:
                sources = [again(place.partition(":")[0], name, origin, self.base, self.reader)]
            for source in sources:
                for item in self._read(Step(source, origin, optional=origin.optional, parent=parent)):
                    if not isinstance(item, Step):
                        yield item
        except Unreadable as error:
            yield FoundProblem(name, 0, START, Stage.READ, str(error), error.fix, origin=origin.ref)

    def _read(self, step: Step) -> Iterator[FoundEntity | FoundProblem | Step]:
        """What one source holds, and the steps that it leads to."""
        self.files += 1

        def allows(entity: dict[str, Any]) -> bool:
            return self.config.allows(entity, step.origin.type, step.origin.target, self.base)

        known, found = self.fingerprints, partial(read, parent=step.parent, optional=step.optional)
        if known is None:
            items = found(step.source, step.origin, allows)
        else:
            is_known = partial(known.is_known, step.source, step.origin, step.parent)
            items = known.noted(step.source, found(step.source, step.origin, allows, is_known=is_known))
        try:
            with _expected(step.source.name):
                for item in items:
                    yield item
                    yield from self._targets(item, step)
        except Unreadable as error:
            yield FoundProblem(step.source.name, 0, START, Stage.READ, str(error), error.fix, origin=step.origin.ref)

    def _targets(self, item: FoundEntity | FoundProblem, step: Step) -> Iterator[FoundEntity | FoundProblem | Step]:
        if isinstance(item, FoundEntity):
            for target in item.targets:
                yield from self._opened(target, item.ref, item.document, step)
        else:
            yield from self._remembered(item, step)

    def _remembered(self, problem: FoundProblem, step: Step) -> Iterator[FoundEntity | FoundProblem | Step]:
        """What the last good version of a location entity named, while the present one can't be read."""
        known, file = (
            Entity.objects.filter(kind="Location").exclude(ref__startswith=generated.REFS),
            storable(problem.file),
        )
        if problem.stage in (Stage.PARSE, Stage.READ):
            known = known.filter(file=file)
        elif problem.ref.startswith("location:"):
            known = known.filter(ref=problem.ref, file=file)
        else:
            return
        for ref, data in known.values_list("ref", "data"):
            for target in targets_of(json.loads(data)):
                yield from self._opened(target, ref, problem.document, step)

    def _opened(
        self, target: Target, ref: str, document: int, step: Step
    ) -> Iterator[FoundEntity | FoundProblem | Step]:
        type_, resolved = target.type or step.source.type, ""
        try:
            resolved = step.source.resolved(type_, target.text)
            location = generated.of_target(target, resolved, ref, document, step.source, step.origin)
            yield location
            if step.depth >= MAX_DEPTH:
                reason = f"More than {MAX_DEPTH} locations lead to {target.text}"
                raise Unreadable(reason, "Name it in a location nearer to app-config.yaml.")
            with _expected(f"{type_}:{resolved}"):
                sources = list(step.source.targets(type_, target.text))
            for source in sources:
                if source.name in self._names:
                    continue
                if self._followed[step.origin] >= MAX_FOLLOWED:
                    reason = f"More than {MAX_FOLLOWED:,} files come from {step.origin.ref}"
                    raise Unreadable(reason, "Split them over several locations in app-config.yaml.")
                self._names.add(source.name)
                self._followed[step.origin] += 1
                yield Step(source, step.origin, step.depth + 1, target.optional, location.ref)
        except Unreadable as error:
            if not (target.optional and isinstance(error, Absent)):
                yield FoundProblem(
                    step.source.name,
                    document,
                    target.position,
                    Stage.READ,
                    f"The target {target.text} can't be read: {error}",
                    error.fix,
                    ref,
                    origin=step.origin.ref,
                    unread=generated.ref_of(type_, resolved) if resolved else "",
                )


@contextmanager
def _expected(name: str) -> Iterator[None]:
    """Turn what nobody foresaw into Unreadable: one source must not end the reading of all others."""
    try:
        yield
    except (Unreadable, DatabaseError):
        raise
    except Exception as error:
        log.exception("Reading %s failed", name)
        reason = f"Reading it failed with {type(error).__name__}: {error}"
        raise Unreadable(reason, "This is a mistake of the portal. Show whoever runs it this message.") from error
