"""Names, integrity and size of static files, in development and after collectstatic."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from portal.web.static_files import NotCollected, assets_of, has_plugin_stylesheet, static_files

from .conftest import Install

ALPHA = {
    "alpha/plugin.css": ".a { background: url(img/dot.svg) }" + " .b { color: var(--text) }" * 40,
    "alpha/img/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "alpha/data.json": "{}",
}


def sha384(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@pytest.fixture
def hashed(tmp_path: Path, var_dir: Path, settings: Any) -> Path:
    """Switch to the storage of production and return the folder it collects into."""
    settings.STATIC_ROOT = str(tmp_path / "collected")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "portal.web.static_files.HashedStorage"},
    }
    return tmp_path / "collected"


def collect() -> None:
    call_command(Command(), interactive=False, verbosity=0)


def files_in(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def served(url: str, **headers: str) -> HttpResponse:
    middleware = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    response = middleware(RequestFactory().get(url, **headers))
    assert isinstance(response, HttpResponse) or response.streaming
    return response


def test_in_development_integrity_and_size_follow_the_file(install: Install) -> None:
    plugin = install("alpha", ALPHA)
    source = Path(plugin.path) / "static/alpha/img/dot.svg"
    assert static_files().integrity("alpha/img/dot.svg") == sha384(source.read_bytes())
    source.write_text("<svg></svg>")
    assert static_files().integrity("alpha/img/dot.svg") == sha384(b"<svg></svg>")
    assert static_files().size("alpha/img/dot.svg") == 11


def test_in_development_integrity_is_that_of_the_confined_copy(install: Install) -> None:
    install("alpha", ALPHA)
    copy = Path(str(finders.find("alpha/plugin.css")))
    assert static_files().integrity("alpha/plugin.css") == sha384(copy.read_bytes())


def test_in_development_an_unknown_file_fails_as_in_production(install: Install) -> None:
    with pytest.raises(ValueError, match='There is no static file "alpha/none.css"'):
        static_files().url("alpha/none.css")
    assert static_files().integrity("alpha/none.css") == ""
    with pytest.raises(FileNotFoundError):
        static_files().size("alpha/none.css")


def test_a_plugin_without_stylesheet_contributes_none(install: Install) -> None:
    install("alpha", {"alpha/x.svg": "<svg/>"})
    assert not has_plugin_stylesheet()


@pytest.mark.parametrize("storage", ["source", "hashed"])
def test_the_assets_of_a_plugin_have_size_and_integrity(
    install: Install, storage: str, request: pytest.FixtureRequest
) -> None:
    plugin = install("alpha", ALPHA)
    if storage == "hashed":
        request.getfixturevalue("hashed")
        collect()
    assets = {asset["name"]: asset for asset in assets_of(plugin)}
    assert set(assets) == set(ALPHA)
    assert assets["alpha/data.json"] == {"name": "alpha/data.json", "size": 2, "integrity": ""}
    assert assets["alpha/img/dot.svg"]["integrity"] == sha384(ALPHA["alpha/img/dot.svg"].encode())
    assert has_plugin_stylesheet()


def test_collected_files_are_confined_hashed_and_compressed(install: Install, hashed: Path) -> None:
    install("alpha", ALPHA)
    collect()
    url = static_files().url("plugins.css")
    content = (hashed / Path(url).name).read_bytes()
    dot = Path(static_files().url("alpha/img/dot.svg")).name
    assert content.startswith(b"@layer plugin.alpha{@scope")
    assert f'url("alpha/img/{dot}")'.encode() in content
    assert static_files().integrity("plugins.css") == sha384(content)
    assert static_files().size("plugins.css") == len(content)
    assert gzip.decompress((hashed / f"{Path(url).name}.gz").read_bytes()) == content
    assert brotli.decompress((hashed / f"{Path(url).name}.br").read_bytes()) == content


def test_collected_files_are_served_compressed_and_for_ever(install: Install, hashed: Path) -> None:
    install("alpha", ALPHA)
    collect()
    response = served(static_files().url("alpha/plugin.css"), HTTP_ACCEPT_ENCODING="br")
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response["Content-Encoding"] == "br"


def test_a_second_run_without_changes_writes_nothing(install: Install, hashed: Path) -> None:
    install("alpha", ALPHA)
    collect()
    before = files_in(hashed)
    finders.get_finder.cache_clear()
    time.sleep(0.01)
    collect()
    assert {name for name, changed in files_in(hashed).items() if before.get(name) != changed} <= {"plugins.css"}


def test_a_run_after_a_change_brings_the_new_file(install: Install, hashed: Path) -> None:
    plugin = install("alpha", ALPHA)
    collect()
    before = static_files().url("plugins.css"), static_files().integrity("plugins.css")
    (Path(plugin.path) / "static/alpha/plugin.css").write_text(".z { top: 0 }")
    collect()
    after = static_files().url("plugins.css"), static_files().integrity("plugins.css")
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert b".z{" in (hashed / Path(after[0]).name).read_bytes()


def test_a_run_that_was_cut_short_is_made_up_for(install: Install, hashed: Path, settings: Any) -> None:
    install("alpha", ALPHA)
    collect()
    manifest = json.loads((hashed / "staticfiles.json").read_text())
    del manifest["sources"]
    (hashed / "staticfiles.json").write_text(json.dumps(manifest))
    compressed = next(hashed.glob("plugins.*.css.br"))
    compressed.unlink()
    settings.STATIC_ROOT = str(hashed)  # a new process, as it were: the manifest is read again
    collect()
    assert compressed.exists()


def test_nothing_is_needed_until_a_page_links_a_file_before_collecting(install: Install, hashed: Path) -> None:
    plugin = install("alpha", ALPHA)
    assert (static_files().integrity("plugins.css"), assets_of(plugin), has_plugin_stylesheet()) == ("", [], False)
    with pytest.raises(NotCollected, match="run manage.py collectstatic"):
        static_files().url("foyer/foyer.js")


def test_a_file_that_was_not_collected_is_named(install: Install, hashed: Path) -> None:
    install("alpha", ALPHA)
    collect()
    with pytest.raises(ValueError, match='There is no static file "alpha/none.js"'):
        static_files().url("alpha/none.js")


def test_no_string_or_comment_of_a_plugin_stops_the_collection(install: Install, hashed: Path) -> None:
    install(
        "alpha", {"alpha/plugin.css": "/* url(gone.png) */ .a::before { content: 'url' } /*# sourceMappingURL=x.map */"}
    )
    collect()
    assert static_files().integrity("alpha/plugin.css")
