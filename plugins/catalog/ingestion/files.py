"""Which files a location means, and reading them without leaving it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 8_000_000
_WILDCARD = re.compile(r"[*?\[]")
_RELATIVE = re.compile(r"(?!/|[A-Za-z][\w+.-]*:)[^\0\\]+")


class Unreadable(ValueError):
    """A file or location that can't be read; the message says why, ``fix`` what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.fix = fix


class Absent(Unreadable):
    """What is named is not there, which a location may allow."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file and the folder that nothing read on its behalf may leave."""

    path: Path
    root: Path

    def read(self) -> bytes:
        """The file's bytes. Raises Unreadable."""
        return _read(self.path, self.root)

    def read_beside(self, relative: str) -> str:
        """A text file named relative to this one. Raises Unreadable."""
        if not _RELATIVE.fullmatch(relative):
            raise Unreadable(f"{relative!r} is not a relative path", "Save what it names beside this file, as ./name.")
        try:
            return _read(self.path.parent / relative, self.root).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable(f"{relative} is not UTF-8", "Save the file in that encoding.") from None


def find(target: str, base: Path) -> Iterator[Source]:
    """The files that ``target`` means, sorted. Raises Absent when there are none, and Unreadable."""
    place = base / target
    wildcard = next((index for index, part in enumerate(place.parts) if _WILDCARD.search(part)), None)
    root = place.parent if wildcard is None else Path(*place.parts[:wildcard])
    try:
        if wildcard is not None:
            paths = root.glob("/".join(place.parts[wildcard:]))
        elif place.is_dir():
            root = place
            paths = (path for path in place.rglob("*") if path.suffix in SUFFIXES)
        else:
            paths = iter([place] if place.exists() else [])
        found = sorted(path for path in paths if not path.is_dir())
    except OSError as error:
        raise Unreadable(f"The files can't be looked for: {error.strerror}", "Correct the target.") from None
    except ValueError:
        reason = "The wildcards of this location can't be understood"
        raise Unreadable(reason, "Write ** alone between slashes, as in ./**/catalog-info.yaml.") from None
    if not found:
        raise Absent("No file matches this location", "Correct the target in catalog.locations, or remove it.")
    yield from (Source(path, root) for path in found)


def _read(path: Path, root: Path) -> bytes:
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root.resolve()):
            raise Unreadable(f"{path.name} is outside the folder of its location", "Keep the file inside that folder.")
        if not real.is_file():
            raise Unreadable(f"{path.name} is not a file", "Name a file.")
        if real.stat().st_size > MAX_BYTES:
            raise Unreadable(f"{path.name} is larger than {MAX_BYTES:,} bytes", "Split the file.")
        return real.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        reason = getattr(error, "strerror", None) or "its links go round in a circle"
        raise Unreadable(f"{path.name} can't be read: {reason}", "Correct the path or the permissions.") from None
