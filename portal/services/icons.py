"""The icons that pages, cards and links can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

# What the pages show that people open most, and what browsers load only for pages that show more.
SPRITES = ("foyer/icons.svg", "foyer/more-icons.svg")


def icon_names() -> frozenset[str]:
    """Return the names of the icons in the sprites. Raises FileNotFoundError when a sprite is not installed."""
    return frozenset(sprites_by_icon())


@cache
def sprites_by_icon() -> Mapping[str, str]:
    """Return the static file that holds each icon. Raises FileNotFoundError when a sprite is not installed."""
    return {name: sprite for sprite in SPRITES for name in _names_in(sprite)}


def _names_in(sprite: str) -> list[str]:
    path = finders.find(sprite)
    if not path:
        raise FileNotFoundError(f"{sprite} is not among the static files.")
    return re.findall(r'<symbol id="([a-z0-9-]+)"', Path(path).read_text(encoding="utf-8"))
