"""The icons that pages, cards and links can show."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

SPRITE = "foyer/icons.svg"


@cache
def icon_names() -> frozenset[str]:
    """Return the names of the icons in the sprite. Raises FileNotFoundError when the sprite is not installed."""
    path = finders.find(SPRITE)
    if not path:
        raise FileNotFoundError(f"{SPRITE} is not among the static files.")
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', Path(path).read_text(encoding="utf-8")))
