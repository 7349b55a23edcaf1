"""A browser's HTTP connection without the browser: keeps alive, sends a session, asks for compression."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.server import Failed

COMPRESSED = "gzip"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. ``seconds`` is the time from the request's first byte to the response's last."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def text(self) -> str:
        """The body, uncompressed."""
        body = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        return body.decode()


def request_bytes(
    method: str, path: str, headers: Mapping[str, str], body: bytes = b"", host: str = "127.0.0.1"
) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode() + body


def parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and the headers, by lower-case name; of Set-Cookie, all values joined by "; "."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = name.lower()
        headers[key] = f"{headers[key]}; {value.strip()}" if key in headers else value.strip()
    return int(first.split(" ", 2)[1]), headers


class Connection:
    """One connection to the server on ``port``; every response must say its length or come in chunks."""

    def __init__(self, port: int, timeout: float = 70.0) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def send(self, request: bytes) -> Answer:
        """Send a request made by ``request_bytes`` and wait for its answer. Raises OSError."""
        began = time.perf_counter()
        self._socket.sendall(request)
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            self._receive()
        status, headers = parse_head(self._buffer[:end])
        self._buffer = self._buffer[end + 4 :]
        if headers.get("transfer-encoding") == "chunked":
            body = self._chunks()
        elif status in (204, 304):
            body = b""
        elif "content-length" in headers:
            body = self._take(int(headers["content-length"]))
        else:
            raise Failed(f"An answer {status} did not say how long it is.")
        return Answer(status, headers, body, time.perf_counter() - began)

    def get(self, path: str, cookie: str = "", compressed: bool = True) -> Answer:
        """Ask for ``path``."""
        return self.send(request_bytes("GET", path, browser_headers(cookie, compressed)))

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._receive()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _chunks(self) -> bytes:
        """A body in chunks (RFC 9112 §7.1), trailers excepted."""
        body = b""
        while True:
            while (end := self._buffer.find(b"\r\n")) < 0:
                self._receive()
            size = int(self._take(end + 2).split(b";")[0], 16)
            chunk = self._take(size + 2)[:-2]
            if not size:
                return body
            body += chunk

    def _receive(self) -> None:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionError("The server closed the connection.")
        self._buffer += received


def browser_headers(cookie: str = "", compressed: bool = True) -> dict[str, str]:
    """Return what a browser sends with a page."""
    headers = {"Accept": "text/html,application/json;q=0.9,*/*;q=0.8"}
    if cookie:
        headers["Cookie"] = cookie
    if compressed:
        headers["Accept-Encoding"] = COMPRESSED
    return headers
