"""Which files of a repository a pattern means, from the list of them that its host gives.

``*`` stands for anything within one step of a path, a step ``**`` for any number of steps, ``{a,b}`` for either. As in
Backstage's minimatch the stars don't take steps that begin with a dot. A host's list comes whole (GitHub) or in pages
(GitLab, Gitea).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from plugins.catalog import globs
from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.reading.integrations import File, Integration, wildcard

MAX_FILES = 1_000
MAX_PAGES = 1_000
_PAGE_SIZE = 100

Read = Callable[[str, dict[str, str]], bytes]


def matching(integration: Integration, pattern: File, read: Read) -> list[File]:
    """The files that ``pattern`` means, by path. ``read`` asks an address. Raises Absent when there are none, and
    Unreadable."""
    wanted = compiled(pattern.path)
    found: list[str] = []
    for page in range(1, MAX_PAGES + 1):
        paths, is_last = _listed(integration, read(*_address(integration, pattern, page)))
        found += (path for path in paths if wanted.fullmatch(path) and not wildcard(path))
        if len(found) > MAX_FILES:
            raise Unreadable(f"More than {MAX_FILES:,} files match {pattern.path}", "Narrow the pattern.")
        if is_last:
            break
    if not found:
        raise Absent(f"No file of {pattern.repository} matches {pattern.path}", "Correct the pattern or the branch.")
    return [File(pattern.repository, pattern.branch, path) for path in sorted(found)]


def compiled(pattern: str) -> re.Pattern[str]:
    """What fully matches the paths that a pattern means. Raises Unreadable."""
    try:
        return globs.compiled(pattern, hidden=False, case=True)
    except ValueError:
        raise Unreadable(f"The pattern {pattern} can't be understood", "Write one with fewer wildcards.") from None


def _address(integration: Integration, pattern: File, page: int) -> tuple[str, dict[str, str]]:
    branch = quote(pattern.branch, safe="")
    if integration.kind == "gitlab":
        folder = quote("/".join(pattern.path[: wildcard(pattern.path).start()].split("/")[:-1]), safe="")
        project = quote(pattern.repository, safe="")
        path = f"/projects/{project}/repository/tree?ref={branch}&path={folder}&recursive=true"
        return f"{integration.api}{path}&per_page={_PAGE_SIZE}&page={page}", integration.headers
    path = f"/repos/{quote(pattern.repository)}/git/trees/{branch}?recursive=1"
    return integration.api + path + (f"&page={page}" if integration.kind == "gitea" else ""), integration.headers


def _listed(integration: Integration, content: bytes) -> tuple[list[str], bool]:
    """The paths of files on one page, and whether there is no other."""
    try:
        answer = json.loads(content)
        entries = answer if integration.kind == "gitlab" else answer["tree"]
        paths = [one["path"] for one in entries if one["type"] == "blob"]
        "".join(paths).encode()  # only text that an address can hold
    except (ValueError, RecursionError, KeyError, TypeError):
        fix = f"See that apiBaseUrl in integrations.{integration.kind} is the address of its API."
        raise Unreadable(f"{integration.host} did not answer with a list of files", fix) from None
    if integration.kind == "gitlab":
        return paths, len(entries) < _PAGE_SIZE
    is_cut = bool(answer.get("truncated"))
    if is_cut and integration.kind == "github":
        fix = "Name the files, or a Location entity that names them."
        raise Unreadable(f"The repository has more files than {integration.host} lists", fix)
    return paths, not is_cut
