"""The file of an entity with one document in it changed: where it is, what it becomes, and what is wrong with that."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from plugins.catalog import refs
from plugins.catalog.ingestion import generated, placeholders, sources
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem, read
from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.ingestion.sources import Origin, Source
from plugins.catalog.models import Entity, ReadUrl
from plugins.catalog.providers import people
from plugins.catalog.reading.integrations import Integrations
from plugins.catalog.validation import Stage
from portal.api import config, yaml12

MAX_COMPARED = 2_000
CONTEXT = 3
_MARKER = re.compile(r"---[ \t]*(?:#.*)?\r?")


class NotEditable(Exception):
    """Why the file of an entity can't be edited here; ``fix`` says what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.fix = fix


@dataclass(frozen=True)
class Draft:
    """A file with so many documents, cut into what stands before one of them, its text, and what stands after it.

    trusted  placeholders of the document as it is in its source; others are typed by whoever edits, who could have
             any file beside it shown, so what they name is not read
    """

    name: str
    before: str
    document: str
    after: str
    documents: int
    source: Source
    origin: Origin
    trusted: frozenset[placeholders.Named] = frozenset()

    @property
    def text(self) -> str:
        """The whole file."""
        return self.before + self.document + self.after

    @property
    def digest(self) -> str:
        """Different for any two texts of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def line(self) -> int:
        """The line of the file at which the document begins."""
        return self.before.count("\n") + 1

    def with_document(self, text: str) -> Draft:
        """The same file with another text for the document, in the file's own line ends."""
        text = re.sub(r"\r\n?", "\n", text)
        ended = bool(self.after) or not self.document or self.document.endswith("\n")
        if ended and not text.endswith("\n"):
            text += "\n"
        return replace(self, document=text.replace("\n", "\r\n") if "\r\n" in self.text else text)

    def judged(self) -> FoundEntity | FoundProblem:
        """What the catalog would make of the document, if each file that it newly names is there."""
        found = next(read(_Lines(self), self.origin, self._allows, trusted=self.trusted), None)
        if isinstance(found, FoundProblem):
            return found
        if found is None or len(yaml12.load_all(self.text)) != self.documents:
            reason = "No document stands here" if found is None else "More than one document stands here"
            fix = "Write one document, without a line that begins with ---."
            return FoundProblem(self.name, 0, yaml12.Position(self.line, 1), Stage.PARSE, reason, fix)
        return found

    def _allows(self, entity: dict[str, Any]) -> bool:
        if isinstance(self.source, _Nowhere):
            return True
        allowed: bool = config.of("catalog").allows(entity, self.origin.type, self.origin.target, settings.BASE_DIR)
        return allowed


def opened(entity: Entity, visible: QuerySet[Entity], *, is_orphan: bool = False) -> Draft:
    """The file that ``entity`` comes from, as it is or, of an address, as it was read last. Raises NotEditable.

    Whoever may not see all of its entities is not shown the file.
    """
    if entity.ref.startswith(generated.REFS):
        reason = f"{entity.ref} stands for a location and is in no file"
        raise NotEditable(reason, "Change the location where it is configured, registered or named.")
    origin = Origin(*entity.origin.partition(":")[::2])
    if origin.type == "provider":
        fix = "Change the person or the team in its organisation; the catalog follows when it asks there again."
        if origin.target == people.ACCOUNTS:
            fix = "Change the account or its groups in the admin or at the identity provider; the catalog follows."
        raise NotEditable(f"{entity.ref} is given by {origin.target} and is in no file", fix)
    if is_orphan:
        fix = "Bring its document back and have the file read again, or have an admin remove it."
        raise NotEditable(f"No file holds {entity.ref} any more", fix)
    if Entity.objects.filter(file=entity.file).exclude(pk__in=visible.values("pk")).exists():
        raise NotEditable(f"{entity.file} also holds what you may not see", "Edit the file where it is kept.")
    type_ = "url" if "://" in entity.file else "file"
    try:
        source = sources.again(type_, entity.file, origin, settings.BASE_DIR, _Kept())
        text = source.read().decode("utf-8")
        documents = yaml12.load_all(text)
    except Unreadable as error:
        raise NotEditable(str(error), error.fix) from None
    except (IndexError, UnicodeDecodeError, yaml12.YamlError) as error:
        raise NotEditable(f"{entity.file} can't be read: {error}", "Correct the file where it is kept.") from None
    found = next((one for one in documents if refs.guess(one.value) == entity.ref), None)
    if found is None:
        reason = f"{entity.file} does not hold {entity.ref} any more"
        raise NotEditable(reason, "Have the file read again, so that the catalog knows.")
    following = documents[found.index + 1].start.line if found.index + 1 < len(documents) else None
    start, end = _span(text, found.start.line, following)
    trusted = frozenset(placeholders.named(found.value))
    return Draft(entity.file, text[:start], text[start:end], text[end:], len(documents), source, origin, trusted)


def _span(text: str, first: int, following: int | None) -> tuple[int, int]:
    """Where the content of the document begins that starts at one line and ends before another."""
    lines = text.split("\n")
    last = len(lines) if following is None else following - 1
    start = first - 1
    marker = next((number for number in range(start, last) if _MARKER.fullmatch(lines[number])), None)
    if marker is not None and all(not line.strip() or line.startswith(("#", "%")) for line in lines[start:marker]):
        start = marker + 1
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    begin = 1 if start == 0 and text.startswith("\ufeff") else offsets[start]
    return begin, min(offsets[last], len(text))


def new() -> Draft:
    """A file that isn't anywhere yet."""
    return Draft("catalog-info.yaml", "", "", "", 1, _Nowhere(), Origin("url", ""))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: "+" is new, "-" is gone, " " is the same, "…" stands for lines left out."""

    sign: str
    text: str


def compared(old: str, new: str) -> list[Line]:
    """The lines that differ with a few around them; none when nothing does, or when there are too many to compare."""
    one, other = old.splitlines(), new.splitlines()
    if one == other or max(len(one), len(other)) > MAX_COMPARED:
        return []
    lines: list[Line] = []
    for group in SequenceMatcher(None, one, other).get_grouped_opcodes(CONTEXT):
        if lines:
            lines.append(Line("…", ""))
        for tag, start, end, first, last in group:
            if tag == "equal":
                lines += [Line(" ", text) for text in one[start:end]]
            else:
                lines += [Line("-", text) for text in one[start:end]] + [Line("+", text) for text in other[first:last]]
    return lines


@dataclass(frozen=True, slots=True)
class _Lines:
    """The source of a draft with nothing but the document, on the lines where it stands in the file."""

    draft: Draft

    @property
    def type(self) -> str:
        return self.draft.source.type

    @property
    def name(self) -> str:
        return self.draft.name

    def read(self) -> bytes:
        return ("\n" * self.draft.before.count("\n") + self.draft.document).encode()

    def read_beside(self, relative: str) -> str:
        return self.draft.source.read_beside(relative)

    def targets(self, type_: str, target: str) -> Iterator[Source]:
        return self.draft.source.targets(type_, target)


class _Nowhere:
    """The source of a new file, which has nothing beside it yet."""

    type = "url"
    name = "catalog-info.yaml"

    def read(self) -> bytes:
        return b""

    def read_beside(self, relative: str) -> str:
        raise Unreadable(f"{relative} stands beside nothing", "Save the new file first.")

    def targets(self, type_: str, target: str) -> Iterator[Source]:
        return iter(())


class _Kept:
    """Gives what was read from addresses before, and asks nobody."""

    @cached_property
    def integrations(self) -> Integrations:
        """The hosts by which sources tell whether two addresses are of one repository. Raises Unreadable."""
        return Integrations.configured()

    def read(self, url: str) -> bytes:
        digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        row = ReadUrl.objects.filter(digest=digest).first()
        if row is None:
            raise Unreadable(f"{url} was not read yet", "Have the file read again, or wait until it is.")
        return bytes(row.content)
