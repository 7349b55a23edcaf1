"""The signing key of a local installation: made on first use and kept beside its database."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def local(folder: Path) -> str:
    """Return the key in ``folder``/secret-key, creating it readable by its owner only."""
    path = folder / "secret-key"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    key = get_random_secret_key()
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(key)
    return key
