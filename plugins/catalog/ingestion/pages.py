"""The pages of what stands at an address, as annotations: Backstage's AnnotateLocationEntityProcessor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.reading.allow_list import parse
from plugins.catalog.reading.integrations import Integrations

VIEW, EDIT, SOURCE = "backstage.io/view-url", "backstage.io/edit-url", "backstage.io/source-location"
REJECTED = "https://backstage.io/annotation-rejected-for-security-reasons"

_COMMIT = re.compile(r"\b[0-9a-f]{40,}\b")
# Those that stand for a file or folder, and what makes them the page that edits it.
_FORMS = {
    "github": (re.compile(r"(//[^/]+/[^/]+/[^/]+)/(?:blob|tree|edit|raw)/"), r"\1/edit/"),
    "gitlab": (re.compile(r"()/-/(?:blob|tree|edit|raw)/"), r"\1/-/edit/"),
    "gitea": (re.compile(r"(//[^/]+/[^/]+/[^/]+)/(?:src|raw)/branch/"), r"\1/_edit/"),
}
# As browsers read a scheme: control characters before it and breaks within it are no hindrance.
_SCRIPT = re.compile(r"[\x00-\x20]*" + r"[\r\n\t]*".join("javascript") + r"[\r\n\t]*:", re.IGNORECASE | re.ASCII)


def annotations_of(url: str, integrations: Integrations) -> dict[str, str]:
    """Where a file at an address is seen and, on a host of Git, edited, and the folder that it stands in."""
    found = {VIEW: url}
    kind = _kind(url, integrations)
    if not kind:
        return found
    parts = urlsplit(url)
    folder = urlunsplit(parts._replace(path=parts.path.rpartition("/")[0] + "/", fragment=""))
    form, edited = _FORMS[kind]
    found[SOURCE] = "url:" + (form.sub(r"\1/tree/", folder, count=1) if kind == "github" else folder)
    if form.search(url) and not _COMMIT.search(url):
        found[EDIT] = form.sub(edited, url, count=1)
    return found


def without_scripts(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata, its addresses of pages replaced where a browser would run them."""
    annotations = metadata.get("annotations", {})
    scripts = {key: REJECTED for key in (VIEW, EDIT) if _SCRIPT.match(annotations.get(key, ""))}
    return {**metadata, "annotations": annotations | scripts} if scripts else dict(metadata)


def _kind(url: str, integrations: Integrations) -> str:
    """What kind of host of Git an address is on; the public ones need no configuration."""
    try:
        host = parse(url).authority
    except Unreadable:
        return ""
    known = {"github.com": "github", "gitlab.com": "gitlab"} | {one.host: one.kind for one in integrations}
    return known.get(host, "")
