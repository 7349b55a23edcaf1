"""What the catalog holds when an ingestion begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from plugins.catalog.ingestion.summary import Scope
from plugins.catalog.models import Entity


@dataclass(frozen=True)
class Stored:
    """By reference the digest of every entity in scope, and the file and location that it came from."""

    digests: Mapping[str, str]
    places: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, scope: Scope) -> Stored:
        """Read what is in ``scope``."""
        digests: dict[str, str] = {}
        places: dict[str, tuple[str, str]] = {}
        # Many have the same place, which is kept once.
        once: dict[tuple[str, str], tuple[str, str]] = {}
        for ref, digest, *place in scope.of(Entity).values_list("ref", "digest", "file", "origin").iterator():
            digests[ref] = digest
            file, origin = place
            places[ref] = once.setdefault((file, origin), (file, origin))
        return cls(digests, places)

    @cached_property
    def by_file(self) -> Mapping[str, list[str]]:
        """The references of each file."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for ref, (file, _) in self.places.items():
            found[file].append(ref)
        return found
