"""What a plugin may add to the Content-Security-Policy of its pages and of pages with its cards."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.guard import PluginError

DIRECTIVES = ("connect-src", "font-src", "frame-src", "img-src", "media-src")

# An https host source (CSP Level 3 §2.3.1) without wildcards: host, port and path.
_SOURCE = re.compile(
    r"https://(?=[^:/]{1,253}(?:[:/]|$))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
    r"(?::[0-9]{1,5})?(?:/[a-z0-9._~/-]*)?",
    re.IGNORECASE | re.ASCII,
)


def validate_needs(csp: Mapping[str, tuple[str, ...]]) -> None:
    """Raise PluginError unless every need is a tuple of https hosts under a directive that a plugin may widen."""
    if not isinstance(csp, Mapping):
        raise PluginError('csp must be a mapping: {"img-src": ("https://img.example.com",)}.')
    for directive, sources in csp.items():
        if directive not in DIRECTIVES:
            raise PluginError(f'csp names "{directive}": a plugin may widen {", ".join(DIRECTIVES)} only.')
        if not isinstance(sources, tuple):
            raise PluginError(f"csp: {directive} must be a tuple of hosts: a single one needs a comma after it.")
        for source in sources:
            if not isinstance(source, str) or not _SOURCE.fullmatch(source):
                raise PluginError(
                    f"csp: {source!r} under {directive} is not an https host: write it as "
                    '"https://img.example.com", with a port or path if need be, and without * or quotes.'
                )
