"""The same bytes as files: answers from memory with what the portal answered once, headers included."""

from __future__ import annotations

from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self

DROPPED = frozenset({"connection", "transfer-encoding", "date", "server"})


class Replay:
    """A server for a block. It asks the portal once for each path, and answers from memory after that."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._kept: dict[str, tuple[int, list[tuple[str, str]], bytes]] = {}
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        """The address of the server, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, encodings: str) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return status, headers and body for ``path``."""
        with self._lock:
            if path not in self._kept:
                self._kept[path] = self._ask(path, encodings)
            return self._kept[path]

    def _ask(self, path: str, encodings: str) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request("GET", path, headers={"Cookie": self._cookie, "Accept-Encoding": encodings})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, [one for one in response.getheaders() if one[0].lower() not in DROPPED], body

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.answer("/", "gzip, deflate, br, zstd")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(replay: Replay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = replay.answer(self.path, self.headers.get("Accept-Encoding", ""))
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    return Handler
