"""Where a file can be edited and committed: the pages of its host that Backstage knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

EDIT_ANNOTATION = "backstage.io/edit-url"
SOURCE_ANNOTATION = "backstage.io/source-location"
LOCATION_ANNOTATION = "backstage.io/managed-by-location"

_GITHUB = re.compile(r"(/[^/]+/[^/]+)/(?:blob|tree|raw|edit)/(.+)")
_GITLAB = re.compile(r"(/.+)/-/(?:blob|tree|raw|edit)/(.+)")


def edit_url(annotations: Mapping[str, str]) -> str:
    """The page on which the file of an entity can be edited, or its folder be seen, or "" when none is known."""
    stated = annotations.get(EDIT_ANNOTATION, "")
    if urlsplit_or_none(stated):
        return stated
    for name in (LOCATION_ANNOTATION, SOURCE_ANNOTATION):
        type_, _, target = annotations.get(name, "").partition(":")
        if type_ == "url" and (found := _on_host(target)):
            return found
    return ""


def urlsplit_or_none(url: str) -> tuple[str, str, str] | None:
    """Scheme, host and path of an http or https address, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    known = parts.scheme in ("http", "https") and parts.netloc
    return (parts.scheme, parts.netloc, parts.path) if known else None


def _on_host(url: str) -> str:
    parts = urlsplit_or_none(url)
    if parts is None:
        return ""
    scheme, host, path = parts
    if host == "raw.githubusercontent.com" and len(steps := path.split("/", 3)) == 4:
        host, path = "github.com", f"/{steps[1]}/{steps[2]}/blob/{steps[3]}"
    if match := _GITLAB.fullmatch(path):
        base, rest = f"{match[1]}/-", match[2]
    elif (match := _GITHUB.fullmatch(path)) and "github" in host:
        base, rest = match[1], match[2]
    else:
        return ""
    page = "tree" if rest.endswith("/") else "edit"
    return urlunsplit((scheme, host, f"{base}/{page}/{rest}", "", ""))
