"""Which static files of a plugin are found, and as what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from portal.guard import PluginError

from .conftest import Install


def listed() -> set[str]:
    return {name for finder in finders.get_finders() for name, _ in finder.list([]) if not name.startswith("foyer/")}


def found(name: str) -> str:
    path = finders.find(name)
    assert path, name
    return Path(path).read_text(encoding="utf-8")


def test_a_stylesheet_is_found_confined_and_everything_else_as_it_is(install: Install) -> None:
    install("alpha", {"alpha/plugin.css": ".a { top: 0 }", "alpha/deep/x.css": ".b { top: 0 }", "alpha/x.js": "let x;"})
    assert '@scope ([data-plugin="alpha"])' in found("alpha/plugin.css")
    assert found("alpha/deep/x.css").startswith("@layer plugin.alpha{")
    assert found("alpha/x.js") == "let x;"


def test_files_outside_the_label_are_neither_listed_nor_found(install: Install) -> None:
    install("alpha", {"alpha/x.svg": "<svg/>", "foyer/foyer.js": "evil", "beta/x.svg": "<svg/>", "loose.css": ".a{}"})
    assert listed() == {"alpha/x.svg"}
    assert [finders.find(name) for name in ("beta/x.svg", "loose.css", "alpha/../beta/x.svg")] == [None, None, None]
    assert "evil" not in found("foyer/foyer.js")


def test_the_sheets_of_all_plugins_form_one_file_in_the_order_of_labels(install: Install) -> None:
    install("beta", {"beta/plugin.css": ".b { background: url(img/b.svg) }", "beta/other.css": ".o { top: 0 }"})
    install("alpha", {"alpha/plugin.css": ".a { top: 0 }"})
    install("gamma", {"gamma/x.js": "let x;"})
    css = found("plugins.css")
    assert [css.index("@layer plugin.alpha{"), css.index("@layer plugin.beta{")] == sorted(
        [css.index("@layer plugin.alpha{"), css.index("@layer plugin.beta{")]
    )
    assert 'url("beta/img/b.svg")' in css
    assert ".o{" not in css
    assert "plugins.css" in listed()


def test_without_plugin_sheets_there_is_no_common_file(install: Install) -> None:
    install("alpha", {"alpha/x.js": "let x;"})
    assert finders.find("plugins.css") is None
    assert listed() == {"alpha/x.js"}


def test_a_changed_sheet_is_served_at_once(install: Install) -> None:
    plugin = install("alpha", {"alpha/plugin.css": ".a { top: 0 }"})
    before = found("alpha/plugin.css"), found("plugins.css")
    (Path(plugin.path) / "static/alpha/plugin.css").write_text(".z { top: 0 }")
    after = found("alpha/plugin.css"), found("plugins.css")
    assert ".z{" in after[0]
    assert ".z{" in after[1]
    assert ".z{" not in "".join(before)


def test_a_copy_is_as_old_as_its_source_also_when_an_older_text_comes_back(install: Install) -> None:
    source = Path(install("alpha", {"alpha/plugin.css": ".a { top: 0 }"}).path) / "static/alpha/plugin.css"
    for text, seconds in ((".a { top: 0 }", 1_000), (".b { top: 0 }", 2_000), (".a { top: 0 }", 3_000)):
        source.write_text(text)
        os.utime(source, (seconds, seconds))
        assert os.path.getmtime(str(finders.find("alpha/plugin.css"))) == seconds


def test_two_files_of_the_same_content_get_a_copy_each(install: Install) -> None:
    install("alpha", {"alpha/a.css": ".a { top: 0 }", "alpha/b.css": ".a { top: 0 }"})
    assert finders.find("alpha/a.css") != finders.find("alpha/b.css")


def test_a_sheet_that_cannot_be_confined_is_an_error_that_names_it(install: Install) -> None:
    install("alpha", {"alpha/bad.css": "\nhtml { top: 0 }"})
    with pytest.raises(PluginError, match=r"static/alpha/bad\.css:2: "):
        finders.find("alpha/bad.css")
