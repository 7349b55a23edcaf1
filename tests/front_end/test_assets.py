"""What is vendored in static/foyer/ and how the host's templates use it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ASSETS = ROOT / "static" / "foyer"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|hx-on|=[\"']js:", re.IGNORECASE)


def sprite(name: str = "icons") -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (ASSETS / f"{name}.svg").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("name", "besides"), [("icons", {"foyer"}), ("more-icons", set())])
def test_a_sprite_holds_the_listed_icons(name: str, besides: set[str]) -> None:
    lines = (ROOT / "frontend" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert sprite(name) == {line for line in lines if line and not line.startswith("#")} | besides


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_of_the_host_has_nothing_inline_and_names_known_icons(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not INLINE.findall(source)
    assert set(re.findall(r'{% icon "([^"]+)"', source)) <= sprite()


def test_the_bundle_is_the_pinned_htmx_and_points_to_no_other_file() -> None:
    bundle = (ASSETS / "foyer.js").read_text(encoding="utf-8")
    pinned = re.search(r'"htmx\.org": "([\d.]+)"', (ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    assert pinned is not None
    assert f'this.version="{pinned[1]}"' in bundle
    assert "sourceMappingURL" not in bundle


def test_the_stylesheet_loads_nothing_from_elsewhere() -> None:
    for name in ("foyer.css", "admin.css"):
        css = (ASSETS / name).read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(|https?:", css)


def test_the_licences_of_what_is_vendored_are_served_beside_it() -> None:
    assert "Zero-Clause BSD" in (ASSETS / "htmx-LICENSE.txt").read_text(encoding="utf-8")
    assert "ISC License" in (ASSETS / "lucide-LICENSE.txt").read_text(encoding="utf-8")
