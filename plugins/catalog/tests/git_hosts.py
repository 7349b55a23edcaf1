"""Servers that answer as the REST APIs of GitHub, GitLab and Gitea do, for tests of providers.

The shapes and headers are those of the hosts' documentation: lists in pages with Link headers, ETags and 304, tokens,
rate limits by header, raw content of files. Every request is counted; what a test wants to go wrong, it says.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "t0ken-of-the-tests"
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class GitHost:
    """One host: its repositories, their files by repository, branch and path, and the faults to come."""

    kind: str
    port: int = 0
    page_size: int = 2
    repositories: list[dict[str, Any]] = field(default_factory=list)
    files: dict[tuple[str, str, str], str] = field(default_factory=dict)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    faults: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"http://{self.authority}/api/{ {'github': 'v3', 'gitlab': 'v4', 'gitea': 'v1'}[self.kind] }"

    def add(self, name: str, text: str = "", *, branch: str = "main", path: str = "catalog-info.yaml", **more: Any):
        """A repository, by its full name, with one file."""
        owner, _, last = name.rpartition("/")
        if self.kind == "gitlab":
            stated = {"path_with_namespace": name, "path": last, "empty_repo": False, "web_url": self.page(name)}
        else:
            stated = {"full_name": name, "name": last, "owner": {"login": owner}, "html_url": self.page(name)}
            stated |= {"fork": False, "private": True, "visibility": "private", "pushed_at": "2026-01-01T00:00:00Z"}
        self.repositories.append(stated | {"default_branch": branch, "archived": False, "topics": []} | more)
        if text:
            self.files[name, branch, path] = text

    def organise(self, org: str, members: list[str], teams: dict[str, tuple[str, list[str]]]) -> None:
        """People and teams of GitHub: each team with its parent and, as GitHub has it, those of its children too."""
        people = {login: {"login": login, "id": 1, "avatar_url": f"https://a.example/{login}"} for login in members}
        self.lists[f"orgs/{org}/members"] = list(people.values())
        self.lists[f"orgs/{org}/teams"] = [
            {"slug": slug, "name": slug.title(), "description": None, "parent": {"slug": parent} if parent else None}
            for slug, (parent, _) in teams.items()
        ]
        for slug, (_, logins) in teams.items():
            self.lists[f"orgs/{org}/teams/{slug}/members"] = [people[login] for login in logins]

    def page(self, name: str) -> str:
        return f"https://git.example/{name}"

    def paths(self) -> list[str]:
        """What was asked for since the last time, without the prefix of the API."""
        found = [path.partition("/api/")[2].partition("/")[2] for path, _ in self.asked]
        self.asked.clear()
        return found

    def answer(self, target: str, headers: Any) -> Answer:
        if self.faults:
            return self.faults.pop(0)
        given = {"github": "Bearer {}", "gitlab": "{}", "gitea": "token {}"}[self.kind].format(TOKEN)
        name = "PRIVATE-TOKEN" if self.kind == "gitlab" else "Authorization"
        if headers.get(name) != given:
            return 401, {}, b'{"message":"Bad credentials"}'
        parts = urlsplit(target.partition("/api/")[2].partition("/")[2])
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        content = self._content(parts.path, query, headers)
        if content is not None:
            return self._cached(content.encode(), {}, headers)
        if (tree := self._tree(parts.path, query)) is not None:
            return self._cached(json.dumps(tree).encode(), {}, headers)
        return self._list(parts.path, query, headers)

    def _content(self, path: str, query: dict[str, str], headers: Any) -> str | None:
        steps = path.split("/")
        if self.kind == "gitlab" and len(steps) == 6 and steps[2:4] == ["repository", "files"]:
            return self.files.get((unquote(steps[1]), query["ref"], unquote(steps[4])))
        if self.kind != "gitlab" and len(steps) > 4 and steps[0] == "repos":
            if self.kind == "github" and headers.get("Accept") != "application/vnd.github.raw+json":
                return None
            if steps[3] == ("contents" if self.kind == "github" else "raw"):
                return self.files.get(("/".join(steps[1:3]), query["ref"], unquote("/".join(steps[4:]))))
        return None

    def _tree(self, path: str, query: dict[str, str]) -> Any:
        steps, page = path.split("/"), int(query.get("page", "1"))
        if self.kind == "gitlab" and len(steps) == 4 and steps[2:] == ["repository", "tree"]:
            name, branch, size = unquote(steps[1]), query["ref"], int(query["per_page"])
        elif self.kind != "gitlab" and len(steps) == 6 and steps[3:5] == ["git", "trees"]:
            # Gitea's pages are of 1,000 entries; here of a few, so that there are several.
            name, branch, size = "/".join(steps[1:3]), steps[5], self.page_size if self.kind == "gitea" else 100_000
        else:
            return None
        files = sorted(file for repository, of, file in self.files if (repository, of) == (name, branch))
        folders = {str(parent) for file in files for parent in PurePosixPath(file).parents} - {"."}
        entries = [{"path": one, "type": "tree", "mode": "040000"} for one in sorted(folders)]
        entries += [{"path": one, "type": "blob", "mode": "100644"} for one in files]
        if query.get("path"):
            entries = [one for one in entries if one["path"].startswith(f"{query['path']}/")]
        shown = entries[(page - 1) * size : page * size]
        return shown if self.kind == "gitlab" else {"tree": shown, "truncated": page * size < len(entries)}

    def _list(self, path: str, query: dict[str, str], headers: Any) -> Answer:
        steps = path.split("/")
        owner = unquote(steps[1]) if len(steps) == 3 else ""
        wanted = {"github": ("orgs", "repos"), "gitlab": ("groups", "projects"), "gitea": ("orgs", "repos")}[self.kind]
        name = "path_with_namespace" if self.kind == "gitlab" else "full_name"
        found = [one for one in self.repositories if one[name].startswith(f"{owner}/")]
        if query.get("archived") == "false":
            found = [one for one in found if not one["archived"]]
        if path in self.lists:
            found = self.lists[path]
        elif len(steps) != 3 or (steps[0], steps[2]) != wanted or not found:
            return 404, {}, b'{"message":"Not Found"}'
        number = int(query.get("page", "1"))
        start = (number - 1) * self.page_size
        links = {}
        if start + self.page_size < len(found):
            links["Link"] = (
                f'<{self.api}/{path}?page=1>; rel="first", <{self.api}/{path}?page={number + 1}>; rel="next"'
            )
        return self._cached(json.dumps(found[start : start + self.page_size]).encode(), links, headers)

    def _cached(self, body: bytes, more: dict[str, str], headers: Any) -> Answer:
        if self.kind == "gitea":
            return 200, more, body
        etag = f'W/"{hashlib.sha256(body).hexdigest()}"'
        if headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag} | more, b""
        return 200, {"ETag": etag} | more, body


@contextmanager
def git_host(kind: str) -> Iterator[GitHost]:
    """A host of a kind on a free port of this machine."""
    host = GitHost(kind)

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = host.answer(self.path, self.headers)
            host.asked.append((self.path, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    host.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
