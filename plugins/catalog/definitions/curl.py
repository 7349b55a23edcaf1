"""Commands for curl that a reader completes: what stands in braces, and the files "body" and "file"."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from urllib.parse import quote

from plugins.catalog.definitions.operations import Field

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_JSON = re.compile(r"[/+]json$")


def command(
    method: str,
    base: str,
    path: str,
    needed: Sequence[Field],
    media: str = "",
    form: Sequence[tuple[str, bool]] = (),
) -> str:
    """A command for a shell; a base without a host is completed by the variable API_URL.

    ``needed`` are the parameters to send, ``media`` is the type of the body, "" for none, ``form`` has the names of
    what a form sends and whether each is a file.
    """
    query = "&".join(f"{quote(one.name)}={{{one.name}}}" for one in needed if one.place == "query")
    url = shlex.quote(base + path + (f"?{query}" if query else ""))
    parts = ["curl", *(("--head",) if method == "head" else ("-X", method.upper()))]
    parts.append(url if _ABSOLUTE.match(base) else f'"$API_URL"{url}')
    for one in needed:
        if one.place == "header":
            parts += ["-H", shlex.quote(f"{one.name}: {{{one.name}}}")]
    if cookies := "; ".join(f"{one.name}={{{one.name}}}" for one in needed if one.place == "cookie"):
        parts += ["-b", shlex.quote(cookies)]
    return " ".join((*parts, *(_body(media, form) if media and method != "head" else ())))


def _body(media: str, form: Sequence[tuple[str, bool]]) -> list[str]:
    kind = media.partition(";")[0].strip().lower()
    if kind == MULTIPART:
        # Curl ends a name at its first "=", and a value that begins with "@" names a file of the reader's.
        sent = [f"{name}={'@file' if is_file else f'{{{name}}}'}" for name, is_file in form if "=" not in name]
        return [part for one in sent or ["file=@file"] for part in ("-F", shlex.quote(one))]
    if kind == FORM and form:
        sent = [f"{quote(name)}={{{name}}}" for name, _ in form]
        return [part for one in sent for part in ("--data-urlencode", shlex.quote(one))]
    how = "--data" if _JSON.search(kind) else "--data-binary"
    return ["-H", shlex.quote(f"Content-Type: {media}"), how, "@body"]
