"""``backend.reading.allow`` of app-config.yaml: which hosts and paths may be read, by Backstage's rules."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from plugins.catalog.ingestion.files import Unreadable

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_TEXT = re.compile(r"[!-\[\]-~]+")
MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Address:
    """An address in the one form that is both checked and asked for."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """The host as a browser shows it: without the port that the scheme implies."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def request_target(self) -> str:
        """What follows the host in a request."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.request_target}"


def parse(url: str) -> Address:
    """The address that a text means. Raises Unreadable for all that two readers could understand differently."""
    fix = "Write a plain address such as https://host/path/catalog-info.yaml, other characters percent-encoded."
    if len(url) > MAX_LENGTH or not _TEXT.fullmatch(url):
        raise Unreadable("The address holds characters that no address has, or is too long", fix)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unreadable("The address can't be understood", fix) from None
    if parts.scheme not in _PORTS:
        raise Unreadable("The address is neither http nor https", fix)
    if "@" in parts.netloc:
        raise Unreadable("The address holds a user name or password", "Remove what stands before the @.")
    host = parts.netloc.lower().removesuffix(f":{port}") if port is not None else parts.netloc.lower().rstrip(":")
    if port == 0 or not _HOST.fullmatch(host):
        raise Unreadable("The address has no valid host", fix)
    path = _normalized(parts.path)
    if ".." in re.split(r"[/\\]", unquote(unquote(path))):
        raise Unreadable("The path of the address climbs by encoded dots", "Write the path without dots.")
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], path, parts.query)


def joined(base: Address, target: str) -> Address:
    """The address that a host leads to from another, by a redirect or a link. Raises Unreadable."""
    try:
        return parse(urljoin(str(base), target))
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        reason = f"{base.authority} leads to what is no address"
        raise Unreadable(reason, "Ask whoever runs that host.") from None


def _normalized(path: str) -> str:
    dotted = re.sub(r"%2e", ".", path or "/", flags=re.IGNORECASE)
    normal = posixpath.normpath(f"/{dotted.lstrip('/')}")
    return f"{normal}/" if dotted.endswith(("/", "/.", "/..")) and normal != "/" else normal


class Allowed(BaseModel):
    """A host that may be read.

    Backstage lacks ``internal``, which says that the host may have a private address, and ``ca``, a file with
    certificates of authorities (PEM) that are trusted for this host besides those of the system.
    """

    model_config = ConfigDict(extra="forbid")

    host: str = Field(min_length=1)
    paths: tuple[str, ...] | None = None
    internal: bool = False
    ca: str = ""

    def matches(self, address: Address) -> bool:
        """A host without a port means the scheme's own; ``*.`` stands for one or more names before the rest."""
        host = self.host.lower()
        suffix = host[1:] if host.startswith("*.") else ""
        if not (address.authority.endswith(suffix) if suffix else address.authority == host):
            return False
        return self.paths is None or any(address.path.startswith(path) for path in self.paths)


@dataclass(frozen=True, slots=True)
class AllowList:
    """The entries of the list; an empty list allows nothing."""

    entries: tuple[Allowed, ...] = ()

    @classmethod
    def of(cls, value: Any) -> AllowList:
        """The list as configured. Raises Unreadable when it is malformed: then nothing may be read."""
        try:
            return cls(TypeAdapter(tuple[Allowed, ...]).validate_python(value or ()))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            reason = f"backend.reading.allow is malformed at {place or 'its root'}: {first['msg']}"
            raise Unreadable(reason, "Correct that key in app-config.yaml.") from None

    def check(self, address: Address) -> Allowed:
        """The entry that allows an address; an internal one before others. Raises Unreadable."""
        matching = [entry for entry in self.entries if entry.matches(address)]
        for entry in sorted(matching, key=lambda entry: not (entry.internal and not entry.host.startswith("*"))):
            return entry
        fix = f"Add the host {address.authority} to backend.reading.allow in app-config.yaml, if it may be read."
        raise Unreadable(f"Reading from '{address}' is not allowed", fix)
