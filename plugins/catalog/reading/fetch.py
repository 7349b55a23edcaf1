"""One bounded GET to an address that the list allows, following redirects only along the list."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address

from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.reading.addresses import is_internal, is_public
from plugins.catalog.reading.allow_list import Address, Allowed, AllowList, joined, parse

SECONDS = 10.0
MAX_REDIRECTS = 5
MAX_BYTES = 8_000_000
_CHUNK = 65_536
_VALIDATOR = re.compile(r"[ -~]{1,1000}")
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to recognise a version of a resource by; ``url`` is where it was in the end."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The content, or None when it is still the version that was asked about."""

    content: bytes | None
    validators: Validators
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Unreadable):
    """An answer that is neither the content nor a redirect nor absent; names of ``headers`` are in lower case."""

    def __init__(self, reason: str, fix: str, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(reason, fix)
        self.status, self.headers = status, headers


class Silent(Unreadable):
    """No answer, or not a whole one, in time."""


def fetch(
    url: str,
    allowed: AllowList,
    known: Validators | None = None,
    seconds: float = SECONDS,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """GET ``url`` within ``seconds`` and MAX_BYTES.

    ``headers``, which may hold a token, are sent to the scheme, host and port of ``url`` and to no other. Raises Absent
    for 404 and 410, Refused for other answers, Silent for none in time, Unreadable for everything else. How long the
    system looks for the address of a host counts, but isn't cut short.
    """
    known = known or Validators()
    deadline = time.monotonic() + seconds
    address = home = parse(url)
    for _ in range(MAX_REDIRECTS + 1):
        entry = allowed.check(address)
        own = headers if (address.scheme, address.authority) == (home.scheme, home.authority) else None
        sent = _headers(address, known if known.url == str(address) else None) | dict(own or {})
        connection = _Pinned(address, _resolve(address, entry), _trust(address, entry), deadline)
        answer = _ask(address, connection, sent, known, deadline)
        if isinstance(answer, Fetched):
            return answer
        address = joined(address, answer)
    raise Unreadable(f"More than {MAX_REDIRECTS} redirects", "Name the address that they lead to.")


def _resolve(address: Address, entry: Allowed) -> str:
    """The one address that is connected to, so that a second answer of the name server changes nothing."""
    try:
        found = socket.getaddrinfo(address.host.strip("[]"), address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreadable(f"The host {address.host} is not known", "Correct the host, or try again later.") from None
    may_be_internal = entry.internal and not entry.host.startswith("*")
    for *_, place in found:
        real = ip_address(str(place[0]).partition("%")[0])
        if not (is_public(real) or (may_be_internal and is_internal(real))):
            fix = "If this host may be read, list it by its full name with internal: true in backend.reading.allow."
            raise Unreadable(f"The host {address.host} has an address that is not public", fix)
    return str(found[0][4][0])


def _trust(address: Address, entry: Allowed) -> ssl.SSLContext | None:
    """Whose certificates are believed: those of the system's authorities, and of the entry's."""
    if address.scheme != "https":
        return None
    try:
        return _context(entry.ca, os.stat(entry.ca).st_mtime_ns if entry.ca else 0)
    except OSError as error:
        reason = f"The file {entry.ca} of authorities can't be read: {error.strerror or 'it holds no certificate'}"
        raise Unreadable(reason, f"Correct ca of {entry.host} in backend.reading.allow.") from None


@lru_cache(maxsize=32)
def _context(ca: str, changed_at: int) -> ssl.SSLContext:
    """Kept, because reading the authorities takes 20 ms; ``changed_at`` tells the versions of the file apart."""
    trust = ssl.create_default_context()
    if ca:
        trust.load_verify_locations(ca)
    return trust


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, for a host of another name; none is made after ``deadline``."""

    def __init__(self, address: Address, place: str, trust: ssl.SSLContext | None, deadline: float) -> None:
        super().__init__(address.host.strip("[]"), address.port)
        self.address, self.place, self.trust, self.deadline = address, place, trust, deadline
        # http.client forgets its socket while an answer after which the server closes is read.
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        self.sock = socket.create_connection((self.place, self.port), timeout=self._left())
        if self.trust:
            self.sock.settimeout(self._left())
            self.sock = self.trust.wrap_socket(self.sock, server_hostname=self.host)
        self.wire = self.sock
        _keep_to(self.deadline)

    def _left(self) -> float:
        return max(0.001, self.deadline - time.monotonic())


def _ask(
    address: Address, connection: _Pinned, headers: dict[str, str], known: Validators, deadline: float
) -> Fetched | str:
    """The answer, or where it redirects to. The timer also ends what trickles, which no socket timeout does."""
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        connection.request("GET", address.request_target, headers=headers)
        # What an error that is kept refers to would hold the connection open.
        with connection.getresponse() as response:
            answer = _answer(address, response, known)
        # What was cut may look whole: HTTP/1.0 ends a body by closing.
        _keep_to(deadline)
        return answer
    except ssl.SSLCertVerificationError as error:
        fix = "If it is of your own authority, name the file of its certificate as ca in backend.reading.allow."
        raise Unreadable(
            f"The certificate of {address.authority} is not trusted: {error.verify_message}", fix
        ) from None
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        if isinstance(error, Unreadable):
            raise
        fix = "Try again later; if it stays so, ask whoever runs that host."
        if time.monotonic() >= deadline:
            raise Silent(f"{address.authority} did not answer in time", fix) from None
        raise Unreadable(f"{address.authority} did not answer as HTTP", fix) from None
    finally:
        timer.cancel()
        connection.close()


def _keep_to(deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise TimeoutError


def _cut(connection: _Pinned) -> None:
    try:
        if connection.wire is not None:
            connection.wire.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _headers(address: Address, known: Validators | None) -> dict[str, str]:
    headers = {
        "Host": address.authority,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": "Foyer",
        "Connection": "close",
    }
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _answer(address: Address, response: http.client.HTTPResponse, known: Validators) -> Fetched | str:
    status = response.status
    stated = {name.lower(): value for name, value in response.getheaders()}
    if status == 304 and known.url == str(address):
        return Fetched(None, known, stated)
    if status in _REDIRECTS and (target := response.getheader("Location")):
        return target
    if status in (404, 410):
        raise Absent(f"{address} is not there: the server answered {status}", "Correct the address.")
    if status != 200:
        reason = f"{address} can't be read: the server answered {status}"
        raise Refused(reason, "See that it may be read openly.", status, stated)
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise Unreadable(f"{address} was sent compressed, unasked", "Have the server send it as it is.")
    validators = Validators(str(address), _validator(stated, "etag"), _validator(stated, "last-modified"))
    return Fetched(_content(address, response), validators, stated)


def _validator(headers: Mapping[str, str], name: str) -> str:
    """What can be kept, and sent as it came; anything else is as good as none."""
    value = headers.get(name, "")
    return value if _VALIDATOR.fullmatch(value) else ""


def _content(address: Address, response: http.client.HTTPResponse) -> bytes:
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > MAX_BYTES:
            raise Unreadable(f"{address} is larger than {MAX_BYTES:,} bytes", "Split the file.")
    if response.length:
        raise http.client.IncompleteRead(bytes(content))
    return bytes(content)
