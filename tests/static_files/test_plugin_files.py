"""Static files that keep a plugin from being loaded, because they would stop the collection of everybody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.guard import PluginError
from portal.loading.files import check_files

from .conftest import Install


def test_ordinary_static_files_are_accepted(install: Install) -> None:
    check_files(
        install(
            "alpha",
            {
                "alpha/plugin.css": ".a { background: url(img/logo@2x.png) }",
                "alpha/img/logo@2x.png": "",
                "alpha/x.min.js": "let x;\n//# sourceMappingURL=x.min.js.map\n",
                "alpha/x.min.js.map": "{}",
                "alpha/LICENSE.TXT": "",
            },
        )
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("plugin.css", ".a { background: url(img/gone.svg) }", 'names "img/gone.svg", which is not there'),
        ("x.js", "let x;\n//# sourceMappingURL=gone.map", 'names "gone.map", which is not there'),
        ("bad.css", "body { top: 0 }", "static/alpha/bad.css:1: "),
        ("x.CSS", "body { top: 0 }", "write its suffix in lower case"),
        ("a b.png", "", "rename it"),
        ("a#b.png", "", "rename it"),
    ],
)
def test_a_file_that_would_stop_the_collection_is_refused(install: Install, name: str, text: str, said: str) -> None:
    with pytest.raises(PluginError) as caught:
        check_files(install("alpha", {f"alpha/{name}": text}))
    assert said in str(caught.value)
    assert f"static/alpha/{name}" in str(caught.value)


def test_a_stylesheet_that_is_not_utf_8_is_refused(install: Install) -> None:
    plugin = install("alpha", {"alpha/plugin.css": ""})
    (Path(plugin.path) / "static/alpha/plugin.css").write_bytes(b".a::before { content: '\xe9' }")
    with pytest.raises(PluginError, match="not UTF-8"):
        check_files(plugin)


def test_a_broken_link_is_refused(install: Install) -> None:
    plugin = install("alpha", {"alpha/plugin.css": ""})
    (Path(plugin.path) / "static/alpha/x.png").symlink_to("gone.png")
    with pytest.raises(PluginError, match="broken link"):
        check_files(plugin)
