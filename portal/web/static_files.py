"""Serves static files: names hashed in production, with the integrity and size of every file."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import django
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from portal.plugin import Plugin
from portal.web.compact_stylesheets import compact
from portal.web.static_finder import PLUGINS_CSS

WITH_INTEGRITY = (".css", ".js", ".svg")


class NotCollected(ValueError):
    """A page asked for a static file before ``manage.py collectstatic`` has run."""


class SourceStorage(StaticFilesStorage):
    """For development and tests: names as they are, integrity from the files as they are now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._integrity: dict[str, tuple[tuple[str, int, int], str]] = {}

    def url(self, name: str | None) -> str:
        """Return the address of the file. Raises ValueError when there is none, as production does."""
        path = (name or "").partition("#")[0]
        if path and not path.endswith("/") and not finders.find(path):
            raise ValueError(f'There is no static file "{path}": check its name and folder.')
        return super().url(name)

    def integrity(self, name: str) -> str:
        """Return "sha384-…" of a stylesheet, script or SVG file, "" for others and when there is no such file."""
        path = finders.find(name) if name.endswith(WITH_INTEGRITY) else None
        if not path:
            return ""
        stat = os.stat(path)
        key = (path, stat.st_mtime_ns, stat.st_size)
        known = self._integrity.get(name)
        if known is None or known[0] != key:
            known = self._integrity[name] = key, _sha384(Path(path).read_bytes())
        return known[1]

    def size(self, name: str) -> int:
        """Return the bytes of the file before compression. Raises FileNotFoundError."""
        path = finders.find(name)
        if not path:
            raise FileNotFoundError(f'There is no static file "{name}".')
        return os.path.getsize(path)

    def names(self, folder: str) -> list[str]:
        """Return the names of the files under ``folder``/, sorted."""
        found = (name for finder in finders.get_finders() for name, _ in finder.list([]))
        return sorted({name for name in found if name.startswith(f"{folder}/")})


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """For production: hashed names, compressed copies, and integrity and size of every file in the manifest.

    Nothing is needed before collectstatic has run; the first page that links a file then raises NotCollected.
    """

    def load_manifest(self) -> tuple[dict[str, str], str]:
        """Read the manifest that collectstatic left, or nothing."""
        self._urls: dict[str, str] = {}
        loaded: tuple[dict[str, str], str] = super().load_manifest()
        content = self.read_manifest()
        self._details: dict[str, Any] = json.loads(content) if content else {}
        return loaded

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of the file, which every page asks for and which stays the same in a process."""
        known = self._urls.get(name or "")
        if known is None or force:
            known = self._urls[name or ""] = str(super().url(name, force))
        return known

    def stored_name(self, name: str) -> str:
        """Return the hashed name. Raises ValueError for a file that was not collected."""
        if not self.hashed_files:
            raise NotCollected("The static files are not collected yet: run manage.py collectstatic, then restart.")
        try:
            return str(super().stored_name(name))
        except ValueError as error:
            raise ValueError(
                f'There is no static file "{name}": check its name, and run manage.py collectstatic if it is new.'
            ) from error

    def integrity(self, name: str) -> str:
        """Return "sha384-…" of a stylesheet, script or SVG file, "" for others and when there is no such file."""
        return str(self._details.get("integrity", {}).get(name, ""))

    def size(self, name: str) -> int:
        """Return the bytes of the file before compression. Raises FileNotFoundError."""
        try:
            return int(self._details["size"][name])
        except KeyError:
            raise FileNotFoundError(f'There is no collected static file "{name}".') from None

    def names(self, folder: str) -> list[str]:
        """Return the names of the collected files under ``folder``/, sorted."""
        return sorted(name for name in self.hashed_files if name.startswith(f"{folder}/"))

    def file_hash(self, name: str | None, content: File[Any] | None = None) -> str | None:
        """Return the hash for the file's name, of what is served."""
        hashed: str | None = super().file_hash(name, content and _compact(name, content))
        return hashed

    def _save(self, name: str, content: File[Any]) -> str:
        return str(super()._save(name, _compact(name, content)))

    def post_process(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, str | None, Any]]:
        """Hash and compress ``paths``, unless nothing has changed since the last run that came to its end."""
        paths: dict[str, tuple[FileSystemStorage, str]] = args[0]
        sources = "" if kwargs.get("dry_run") else _fingerprint(paths)
        if sources and sources == self._details.get("sources") and self._is_complete(paths):
            return
        yield from super().post_process(*args, **kwargs)
        if sources:
            self._save_details(sources=sources)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages link, which are the hashed names only: brotli at its best takes most of the time."""
        yield from super().compress_files(set(paths) & set(self.hashed_files.values()))

    def save_manifest(self) -> None:
        """Write the manifest with integrity and size of every file."""
        super().save_manifest()
        self._urls.clear()
        integrity, size = {}, {}
        for name, hashed in self.hashed_files.items():
            content = Path(self.path(hashed)).read_bytes()
            size[name] = len(content)
            if name.endswith(WITH_INTEGRITY):
                integrity[name] = _sha384(content)
        self._details = json.loads(self.read_manifest() or "{}")
        self._save_details(integrity=integrity, size=size)

    def _is_complete(self, paths: Iterable[str]) -> bool:
        return all(name in self.hashed_files and self.exists(self.hashed_files[name]) for name in paths)

    def _save_details(self, **details: Any) -> None:
        self._details |= details
        with suppress(FileNotFoundError):
            self.manifest_storage.delete(self.manifest_name)
        text = json.dumps(self._details, sort_keys=True)
        self.manifest_storage._save(self.manifest_name, ContentFile(text.encode()))


def _compact(name: str | None, content: File[Any]) -> File[Any]:
    """Return a stylesheet without what only its authors read, and any other file as it is."""
    if not (name or "").endswith(".css"):
        return content
    return ContentFile(compact(b"".join(content.chunks()).decode()).encode(), name=content.name)


def _sha384(content: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def _fingerprint(paths: dict[str, tuple[FileSystemStorage, str]]) -> str:
    digest = hashlib.sha256(f"{django.get_version()} {settings.STATIC_URL}".encode())
    for name, (storage, path) in sorted(paths.items()):
        content = Path(storage.path(path)).read_bytes()
        digest.update(f"\n{name} {hashlib.sha256(content).hexdigest()}".encode())
    return digest.hexdigest()


def static_files() -> SourceStorage | HashedStorage:
    """Return the storage in use."""
    return cast(SourceStorage | HashedStorage, staticfiles_storage)


def has_plugin_stylesheet() -> bool:
    """Say whether any loaded plugin contributes to plugins.css."""
    return bool(static_files().integrity(PLUGINS_CSS))


def assets_of(plugin: Plugin) -> list[dict[str, Any]]:
    """Return name, size in bytes and integrity ("" for images and the like) of the plugin's static files.

    In production the list is empty until collectstatic has run.
    """
    return [
        {"name": name, "size": static_files().size(name), "integrity": static_files().integrity(name)}
        for name in static_files().names(plugin.label)
    ]
