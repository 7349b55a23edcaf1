"""Field formats of the envelope (Backstage's FieldFormatEntityPolicy with its default validators)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from plugins.catalog.validation.rules import Path
from plugins.catalog.validation.urls import is_url

_LABEL = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_NAME = re.compile(r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_KIND = re.compile(r"[a-zA-Z][a-z0-9A-Z]*")
_TAG = re.compile(r"[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*")
_VERSION = re.compile(r"[a-z0-9A-Z]+")


def _short(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: len(text) <= 63 and pattern.fullmatch(text) is not None


_is_dns_label = _short(_LABEL)
_is_name = _short(_NAME)


def _prefixed(is_suffix: Callable[[str], bool]) -> Callable[[str], bool]:
    def is_valid(text: str) -> bool:
        prefix, slash, suffix = text.rpartition("/")
        is_prefix = not slash or (len(prefix) <= 253 and all(map(_is_dns_label, prefix.split("."))))
        return is_prefix and is_suffix(suffix)

    return is_valid


@dataclass(frozen=True, slots=True)
class Format:
    """What a text must look like: Backstage's words for it, and what to do."""

    is_valid: Callable[[str], bool]
    expected: str
    fix: str


NAME = Format(
    _is_name,
    "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total",
    "Use at most 63 letters and digits, with - _ or . between them.",
)
LABEL_VALUE = Format(lambda text: not text or _is_name(text), NAME.expected, NAME.fix)
NAMESPACE = Format(
    _is_dns_label,
    "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total",
    "Use at most 63 lower-case letters and digits, with - between them.",
)
TAG = Format(
    _short(_TAG),
    "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total",
    "Write tags in lower case, with - instead of spaces, at most 63 characters.",
)
KIND = Format(
    _short(_KIND),
    "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total",
    "Use letters and digits only, such as Component.",
)
API_VERSION = Format(
    _prefixed(_short(_VERSION)), "a valid prefix and/or suffix", "Write backstage.io/v1alpha1 for the usual kinds."
)
KEY = Format(
    _prefixed(_is_name),
    "a valid prefix and/or suffix",
    "Write the key as example.com/name: a lower-case domain, one slash, then letters and digits.",
)
URL = Format(is_url, "a string that is a valid url", "Write a complete address, such as https://example.com/page.")
NOT_BLANK = Format(lambda text: bool(text.strip()), "a non empty string", "Write a text here, or remove the key.")


def fields(entity: dict[str, Any]) -> Iterator[tuple[str, Path, str, Format]]:
    """Name, path, text and format of each formatted field, in Backstage's order. The entity satisfies the schema."""
    metadata = entity["metadata"]
    yield "apiVersion", ("apiVersion",), entity["apiVersion"], API_VERSION
    yield "kind", ("kind",), entity["kind"], KIND
    yield "metadata.name", ("metadata", "name"), metadata["name"], NAME
    if "namespace" in metadata:
        yield "metadata.namespace", ("metadata", "namespace"), metadata["namespace"], NAMESPACE
    for key, value in metadata.get("labels", {}).items():
        yield f"labels.{key}", ("metadata", "labels", key), key, KEY
        yield f"labels.{key}", ("metadata", "labels", key), value, LABEL_VALUE
    for key in metadata.get("annotations", {}):
        yield f"annotations.{key}", ("metadata", "annotations", key), key, KEY
    for index, tag in enumerate(metadata.get("tags", ())):
        yield f"tags.{index}", ("metadata", "tags", index), tag, TAG
    for index, link in enumerate(metadata.get("links", ())):
        path = ("metadata", "links", index)
        yield f"links.{index}.url", (*path, "url"), link["url"], URL
        for key in ("title", "icon"):
            if key in link:
                yield f"links.{index}.{key}", (*path, key), link[key], NOT_BLANK
