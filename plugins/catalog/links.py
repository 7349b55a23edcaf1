"""Addresses of entities, and of what their files link to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import reverse

from plugins.catalog import refs

SAFE_SCHEMES = frozenset(("http", "https", "mailto", "tel", "slack", "msteams", "ssh", "git"))


def page_of(ref: str, tab: str = "") -> str:
    """The page of the entity ``ref``, in Backstage's order: namespace, kind, name."""
    parsed = refs.parse(ref)
    args = [parsed.namespace, parsed.kind, parsed.name]
    return reverse(f"catalog:{tab or 'entity'}", args=args)


def safe(url: str) -> str:
    """The URL if following it runs no script and reads no file, or else ""."""
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return ""
    return url if scheme in SAFE_SCHEMES else ""
