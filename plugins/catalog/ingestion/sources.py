"""Where a document stands: a file of this machine or an address, named and read in the same way."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from plugins.catalog.ingestion import files
from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.models import Provider
from plugins.catalog.providers import people
from plugins.catalog.reading.allow_list import Address, parse
from plugins.catalog.reading.reader import UrlReader

_TWO_STEPS = ("github.com", "raw.githubusercontent.com", "bitbucket.org")
_ABSOLUTE = re.compile(r"[A-Za-z][\w+.-]*:")


@dataclass(frozen=True, slots=True)
class Origin:
    """A location that is configured, discovered or registered: what comes from it, however far, is judged by its rules.

    One that is optional may be absent, as the files that a provider expects in each repository. Of a reference that
    several have, the one of the lowest ``rank`` with all that it leads to comes first.
    """

    type: str
    target: str
    optional: bool = field(default=False, compare=False)
    rank: int = field(default=0, compare=False)

    @property
    def ref(self) -> str:
        """As the annotations write it."""
        return f"{self.type}:{self.target}"


class Source(Protocol):
    """One place that documents are read from."""

    @property
    def type(self) -> str:
        """``file`` or ``url``."""

    @property
    def name(self) -> str:
        """How it is named to people and in the annotations."""

    def read(self) -> bytes:
        """Its content. Raises Unreadable."""

    def read_beside(self, relative: str) -> str:
        """A text that its documents name. Raises Unreadable."""

    def resolved(self, type_: str, target: str) -> str:
        """What a location entity in it names, made independent of where that stands. Raises Unreadable."""

    def targets(self, type_: str, target: str) -> Iterator[Source]:
        """What a location entity in it names. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file; nothing read on its behalf leaves the folder of its location."""

    file: files.Source
    base: Path
    reader: UrlReader
    name: str = field(init=False)
    type: str = field(init=False, default="file")

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", Path(os.path.relpath(self.file.path, self.base)).as_posix())

    def read(self) -> bytes:
        """The file's bytes. Raises Unreadable."""
        return self.file.read()

    def read_beside(self, relative: str) -> str:
        """A text file named relative to this one. Raises Unreadable."""
        return self.file.read_beside(relative)

    def resolved(self, type_: str, target: str) -> str:
        """A file as entities name it, or the address."""
        return Path(os.path.normpath(Path(self.name).parent / target)).as_posix() if type_ == "file" else target

    def targets(self, type_: str, target: str) -> Iterator[Source]:
        """Files named relative to this one, or an address. Raises Unreadable."""
        if type_ == "url":
            yield from UrlSource.at(target, self.reader)
            return
        if type_ != "file":
            raise _unknown(type_)
        if target.endswith(("/", os.sep)) or "\0" in target:
            raise Unreadable(f"{target!r} is a folder, not a file", "Name the files, for example as ./folder/*.yaml.")
        place = Path(os.path.normpath(self.file.path.parent / target))
        if not place.is_relative_to(self.file.root):
            fix = "List it in catalog.locations of app-config.yaml, or keep it inside that folder."
            raise Unreadable(f"{target} is outside the folder of its location", fix)
        try:
            for found in files.find(str(place), self.base):
                yield FileSource(files.Source(found.path, self.file.root), self.base, self.reader)
        except Absent as error:
            raise Absent(str(error), "Correct the target here, under spec, or remove it.") from None


@dataclass(frozen=True, slots=True)
class UrlSource:
    """An address."""

    name: str
    reader: UrlReader
    type: str = field(init=False, default="url")

    @classmethod
    def at(cls, url: str, reader: UrlReader) -> Iterator[UrlSource]:
        """The source at an absolute address, or those that one with wildcards means. Raises Unreadable."""
        yield from (cls(one, reader) for one in reader.matching(url))

    def read(self) -> bytes:
        """What the address answers. Raises Unreadable."""
        return self.reader.read(self.name)

    def read_beside(self, relative: str) -> str:
        """A text in the same repository, named relative to this one or by its address. Raises Unreadable."""
        url = _joined(self.name, relative)
        if self._repository(url) != self._repository(self.name):
            raise Unreadable(f"{relative} is in another repository", "Save what it names in the same repository.")
        try:
            return self.reader.read(url).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable(f"{relative} is not UTF-8", "Save the file in that encoding.") from None

    def _repository(self, url: str) -> tuple[str, str]:
        """What two addresses of one repository have in common: scheme and host, and its path where hosts show it."""
        address = parse(url)
        known = self.reader.integrations.repository(address)
        return _repository_of(address) if known is None else (f"{address.scheme}://{address.authority}", known)

    def resolved(self, type_: str, target: str) -> str:
        """The whole address. Raises Unreadable."""
        return _joined(self.name, target) if type_ == "url" else target

    def targets(self, type_: str, target: str) -> Iterator[Source]:
        """The address named relative to this one. Raises Unreadable."""
        if type_ == "file":
            fix = "Leave out spec.type, or make it url, and name an address or a path relative to this one."
            raise Unreadable("An address can't name files of this machine", fix)
        if type_ != "url":
            raise _unknown(type_)
        yield from UrlSource.at(self.resolved(type_, target), self.reader)


@dataclass(frozen=True, slots=True)
class ProviderSource:
    """The entities that a provider gives."""

    name: str
    type: str = field(init=False, default="provider")

    def read(self) -> bytes:
        """Its documents: of accounts as they are now, of others as the last run found them."""
        if self.name == people.ACCOUNTS:
            return "\n---\n".join(json.dumps(one) for one in people.of_accounts()).encode()
        return "".join(Provider.objects.filter(pk=self.name).values_list("content", flat=True)).encode()

    def read_beside(self, relative: str) -> str:
        """Nothing. Raises Unreadable."""
        raise Unreadable(f"{relative} stands beside nothing", "A provider's entities name no files.")

    def resolved(self, type_: str, target: str) -> str:
        """The target as it is."""
        return target

    def targets(self, type_: str, target: str) -> Iterator[Source]:
        """Nothing. Raises Unreadable."""
        raise Unreadable(f"{target} can't be read", "A provider's entities lead to no locations.")


def opened(origin: Origin, base: Path, reader: UrlReader) -> Iterator[Source]:
    """The sources of a configured or registered location. Raises Unreadable."""
    if origin.type == "url":
        yield from UrlSource.at(origin.target, reader)
    elif origin.type == "provider":
        yield ProviderSource(origin.target)
    elif origin.type != "file":
        fix = "Make its type file or url, or list organisations in catalog.providers of app-config.yaml."
        raise Unreadable(f"Locations of type {origin.type} can't be read", fix)
    else:
        for found in files.find(origin.target, base):
            yield FileSource(found, base, reader)


def again(type_: str, name: str, origin: Origin, base: Path, reader: UrlReader) -> Source:
    """The source of a name that an earlier walk came upon. Raises Unreadable."""
    if type_ == "url":
        return UrlSource(name, reader)
    if type_ == "provider":
        return ProviderSource(name)
    roots = [found.root for found in files.find(origin.target, base)]
    return FileSource(files.Source(base / name, roots[0]), base, reader)


def _joined(url: str, relative: str) -> str:
    try:
        return relative if _ABSOLUTE.match(relative) else urljoin(url, relative)
    except ValueError:
        raise Unreadable(f"{relative!r} can't be understood as an address", "Write a relative path.") from None


def _repository_of(address: Address) -> tuple[str, str]:
    origin, path = f"{address.scheme}://{address.authority}", urlsplit(str(address)).path
    if address.host in _TWO_STEPS:
        return origin, "/".join(path.split("/")[:3]).lower()
    return origin, path.partition("/-/")[0] if "/-/" in path else ""


def _unknown(type_: str) -> Unreadable:
    return Unreadable(f"Locations of type {type_} can't be read", "Make spec.type file or url.")
