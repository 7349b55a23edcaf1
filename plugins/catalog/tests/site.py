"""A small web server for tests: real sockets, counted requests, and the faults that a reader meets."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Handler = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """Paths to texts with an ETag, or to functions that answer as they like; ``asked`` lists path and status."""

    def __init__(self, port: int, scheme: str = "http") -> None:
        self.scheme = scheme
        self.authority = f"127.0.0.1:{port}"
        self.files: dict[str, str | Handler] = {}
        self.asked: list[tuple[str, int]] = []

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.authority}{path}"


@contextmanager
def site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A site on a free port of this machine, which speaks HTTPS with ``tls``."""

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content = found.files.get(self.path)
            if callable(content):
                found.asked.append((self.path, 0))
                try:
                    content(self)
                except OSError:
                    pass
                self.close_connection = True
                return
            if content is None:
                self.answer(404, b"")
                return
            etag = f'"{hash(content)}"'
            unchanged = self.headers.get("If-None-Match") == etag
            self.answer(304 if unchanged else 200, b"" if unchanged else content.encode(), etag)

        def answer(self, status: int, body: bytes, etag: str = "") -> None:
            found.asked.append((self.path, status))
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found = Site(server.server_address[1], "https" if tls else "http")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def redirect(to: str, status: int = 302) -> Handler:
    """An answer that leads elsewhere."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Location", to)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    """A body without an end."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"a: b\n" * 20_000)


def trickling(request: BaseHTTPRequestHandler) -> None:
    """A header that comes a byte at a time."""
    while True:
        request.wfile.write(b"H")
        request.wfile.flush()
        time.sleep(0.05)


def dripping(version: str) -> Handler:
    """A body without a stated length that comes a byte at a time, for seconds, and then ends."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = version
        request.send_response(200)
        request.send_header("Connection", "close")
        request.end_headers()
        for _ in range(120):
            request.wfile.write(b"#")
            time.sleep(0.05)

    return answer


def compressed(request: BaseHTTPRequestHandler) -> None:
    """A compressed body that nobody asked for."""
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.send_header("Content-Length", "3")
    request.end_headers()
    request.wfile.write(b"abc")
