from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.editing.hosting import edit_url
from plugins.catalog.editing.splice import GONE, MAX_CHANGES, MAX_SPLICED, with_values
from plugins.catalog.yaml_text import dump
from portal.api import yaml12

CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\u0085\u2028\u2029")
TEXTS = st.text(CHARACTERS, max_size=30)
NAMES = st.sampled_from(("title", "owner", "tags", "a b", "no", "1e3", "x"))
VALUES = TEXTS | st.lists(TEXTS, max_size=3) | st.dictionaries(NAMES, TEXTS, max_size=3)
DOCUMENTS = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=3), max_size=4)


@given(DOCUMENTS)
def test_what_is_written_is_read_back(value):
    assert yaml12.load(dump(value)) == value


@given(DOCUMENTS, st.lists(NAMES, min_size=1, max_size=3), VALUES | st.just(GONE))
def test_a_value_is_set_and_nothing_else_changes(document, path, value):
    changed = yaml12.load(with_values(dump(document), {tuple(path): value})) or {}
    expected = yaml12.load(dump(document))
    inner = expected
    for step in path[:-1]:
        if not isinstance(inner.get(step), dict):
            inner[step] = {}
        inner = inner[step]
    if value is GONE:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value
    if value is not GONE:
        assert changed == expected
    else:
        assert without_empty(changed) == without_empty(expected)


def without_empty(value):
    """The same without empty mappings, which taking a value away may leave or not."""
    if not isinstance(value, dict):
        return value
    return {key: inner for key, one in value.items() if (inner := without_empty(one)) != {}}


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("a: 1 # one\nb: 2\n", ("a",), "x", "a: x # one\nb: 2\n"),
        ("a:\n  b: 1\n# end\n", ("a", "c"), "x", "a:\n  b: 1\n  c: x\n# end\n"),
        ("a:\n  b: 1\n  c:\n    - x # why\n\n# about d\nd: 1", ("a", "c"), GONE, "a:\n  b: 1\n\n# about d\nd: 1"),
        ("a: {b: 1}\n", ("a", "b"), "x", "a:\n  b: x\n"),
        ("a:\nb: 1\n", ("a",), "x", "a: x\nb: 1\n"),
        ("a: |\n  # text\n  more\n\n# comment\nb: 1\n", ("a",), "x", "a: x\n\n# comment\nb: 1\n"),
        ("a: [x]\n", ("a",), ["x", "y"], "a: [x, y]\n"),
        ("name: x # fixed\ntags: []\n", ("title",), "X", "name: x # fixed\ntitle: X\ntags: []\n"),
        ("a: x", ("b",), ["y"], "a: x\nb:\n  - y"),
    ],
)
def test_lines_around_stay(text, path, value, expected):
    assert with_values(text, {path: value}) == expected


def test_what_an_alias_shares_is_written_anew():
    text = "a: &shared\n  b: 1\nc: *shared\n"
    assert yaml12.load(with_values(text, {("c", "b"): "x"})) == {"a": {"b": 1}, "c": {"b": "x"}}


def test_a_long_text_with_many_changes_is_written_anew_at_once():
    many = {(f"key{number}",): "y" for number in range(MAX_CHANGES + 1)}
    short = "".join(f"{key}: x  # why\n" for (key,) in many)
    long = short + "key0: " + "x" * (MAX_SPLICED // len(many)) + "\n"
    long = long.replace("key0: x  # why\n", "", 1)
    assert with_values(short, many) == short.replace(" x ", " y ")
    assert "#" not in with_values(long, many)
    assert with_values(long, dict(list(many.items())[1:])).count("y  # why") == MAX_CHANGES


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"backstage.io/edit-url": "https://example.com/edit"}, "https://example.com/edit"),
        ({"backstage.io/edit-url": "javascript:alert(1)"}, ""),
        (
            {"backstage.io/managed-by-location": "url:https://raw.githubusercontent.com/a/b/main/c.yaml"},
            "https://github.com/a/b/edit/main/c.yaml",
        ),
        (
            {"backstage.io/managed-by-location": "url:https://git.example/a/b/c/-/blob/main/d.yaml"},
            "https://git.example/a/b/c/-/edit/main/d.yaml",
        ),
        (
            {"backstage.io/source-location": "url:https://github.com/a/b/tree/main/sub/"},
            "https://github.com/a/b/tree/main/sub/",
        ),
        ({"backstage.io/managed-by-location": "file:a.yaml"}, ""),
        ({"backstage.io/source-location": "url:https://example.com/a/b/blob/main/c"}, ""),
    ],
)
def test_the_page_of_the_host_is_known(annotations, expected):
    assert edit_url(annotations) == expected
