"""Why a document was rejected."""

from __future__ import annotations

import re
from enum import StrEnum


class Stage(StrEnum):
    """The steps a document goes through, in Backstage's order, and those that only ingestion has."""

    PARSE = "parse"
    ENVELOPE = "envelope"
    PLACEHOLDER = "placeholder"
    POLICY = "policy"
    KIND = "kind"
    RELATIONS = "relations"
    RULES = "rules"
    CASING = "casing"
    DUPLICATE = "duplicate"
    READ = "read"


class Rejected(ValueError):
    """A document that can't become an entity.

    reason  what is wrong, in Backstage's words where it has them
    fix     what to do about it
    path    keys and indexes that lead to the place in the document
    """

    def __init__(self, stage: Stage, reason: str, fix: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(reason)
        self.stage = stage
        self.reason = reason
        self.fix = fix
        self.path = path


def plain(reason: str) -> str:
    """A reason without what only a validator says, such as "- missingProperty: owner"."""
    reason = reason.partition(" To learn more about catalog file format")[0]
    return re.sub(r" - (?:missingProperty|type|limit|allowedValues|additionalProperty): .*", "", reason)
