from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.services.yaml12 import YamlError, bounds, load, load_all

PLAIN_SCALARS = (
    ("no", "no"),
    ("on", "on"),
    ("12:30", "12:30"),
    ("2001-01-01", "2001-01-01"),
    ("1_000", "1_000"),
    ("010", 10),
    ("0o17", 15),
    ("0x1F", 31),
    ("+1", 1),
    ("1.", 1.0),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("-.inf", -math.inf),
    ("True", True),
    ("FALSE", False),
    ("~", None),
    ("", None),
    ("!!str 3", "3"),
    ('!!int "3"', 3),
    ("!Ref thing", "thing"),
    ("'3'", "3"),
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(("source", "value"), PLAIN_SCALARS)
def test_scalars_follow_the_core_schema(source, value):
    assert load(f"a: {source}") == {"a": value}


def test_merge_keys_are_plain_keys():
    assert load("base: &b {x: 1}\nc:\n  <<: *b") == {"base": {"x": 1}, "c": {"<<": {"x": 1}}}


def test_keys_become_strings():
    assert list(load("1: a\ntrue: b\n~: c\n1.50: d\n[x, y]: e")) == ["1", "true", "", "1.5", "[ x, y ]"]
    assert load("{{a: [1, b]}: c}") == {"{ a: [ 1, b ] }": "c"}


def test_an_unrendered_placeholder_as_a_value_is_readable():
    assert load("a: {{ values.name }}") == {"a": {"{ values.name }": None}}


def test_a_duplicate_key_is_an_error_at_the_second_one():
    with pytest.raises(YamlError) as raised:
        load("a: 1\nb:\n  c: 1\n  c: 2\n")
    assert (raised.value.line, raised.value.column) == (4, 3)
    assert '"c" stands here twice' in raised.value.reason


def test_one_bad_document_hides_no_other():
    documents = load_all("a: 1\n---\nb: [\n---\nc: 3\n")
    assert [document.value for document in documents] == [{"a": 1}, None, {"c": 3}]
    assert documents[1].error is not None and documents[1].error.line >= 3


def test_comments_and_directives_before_a_marker_belong_to_its_document():
    documents = load_all("# one\n%YAML 1.2\n---\na: 1\n...\n# two\n---\nb: 2\n")
    assert [document.value for document in documents] == [{"a": 1}, {"b": 2}]


def test_empty_documents_keep_their_place():
    assert [document.value for document in load_all("---\n---\na: 1\n---\n")] == [None, {"a": 1}, None]


def test_a_marker_inside_a_block_scalar_is_text_when_indented():
    assert load("a: |\n  ---\n  b\n") == {"a": "---\nb\n"}


@pytest.mark.parametrize(
    ("path", "line"),
    [((), 4), (("b",), 5), (("b", 0), 6), (("b", 1, "z"), 8), (("b", 1, "absent"), 7), (("c", "r"), 8)],
)
def test_the_position_of_any_path_is_known(path, line):
    text = "# first\n\n---\na: 1\nb:\n  - x\n  - y: 2\n    z: &q {r: 1}\nc: *q\n"
    assert load_all(text)[0].position(path).line == line


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a: !!python/name:os.system x", "not allowed"),
        ("!!python/object/apply:os.system [x]", "not allowed"),
        ("a: !!set {x}", "not allowed"),
        ("a: *x", "no &x before it"),
        ("a: &x [*x]", "contains it"),
        ("a: " + "9" * 5000, "too many digits"),
        ("[" * 20_000, "nested more than"),
        ("- " * 5_000, "nested more than"),
        ("a: b\n\tc: d", "use spaces"),
        ("a: {%x", "can't begin with this character"),
        ("a: 'x", "closing quote"),
        ("a: \x00", "not allowed"),
        ("a: \ud800", "not allowed"),
    ],
)
def test_what_is_refused_is_said_plainly(source, reason):
    with pytest.raises(YamlError, match=reason):
        load(source)


def test_aliases_are_counted_as_often_as_they_are_used():
    laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(YamlError, match="aliases expanded"):
        load(laughs)


def test_texts_are_counted_as_often_as_aliases_use_them():
    text = f"a: &a {'é' * 499_000}\nb: &b [x, *a, *a]\nc:\n  - *b\n  - *b\n  - *a\n  - *a\n"
    with pytest.raises(YamlError, match="8,000,000 bytes of text in one document, aliases expanded") as raised:
        load(text)
    assert (raised.value.line, raised.value.column) == (7, 5)
    assert load_all(text.replace("  - *a\n", "", 1))[0].error is None


def test_size_and_number_of_documents_are_bounded(monkeypatch):
    monkeypatch.setattr(bounds, "MAX_CHARACTERS", 20)
    monkeypatch.setattr(bounds, "MAX_DOCUMENTS", 2)
    with pytest.raises(YamlError, match="characters"):
        load_all("a: " + "x" * 20)
    with pytest.raises(YamlError, match="documents") as raised:
        load_all("a\n---\nb\n---\nc")
    assert raised.value.line == 4


def test_values_of_a_file_are_bounded_and_a_document_with_too_many_leaves_the_others_alone(monkeypatch):
    monkeypatch.setattr(bounds, "MAX_VALUES", 10)
    monkeypatch.setattr(bounds, "MAX_VALUES_OF_FILE", 30)
    few, many = "a: [1, 2]\n", f"b:\n- [{'1,' * 20}]\n"
    documents = load_all(f"{few}---\n{many}---\n{few}")
    assert [document.value for document in documents] == [{"a": [1, 2]}, None, {"a": [1, 2]}]
    error = documents[1].error
    assert error is not None and "values in one document" in error.reason and (error.line, error.column) == (4, 16)
    with pytest.raises(YamlError, match="values in one file") as raised:
        load_all(f"{few}---\n" * 7)
    assert raised.value.line == 13


BOMBS = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n" for before, after in pairwise("abcdefghijkl")),
    "nesting": "[" * 1_000_000,
    "documents": "a: 1\n---\n" * 50_000,
    "keys": "".join(f"k{number}: 1\n" for number in range(60_000)),
    "keys below the limit": "".join(f"k{number}: 1\n" for number in range(49_000)),
    "items": f"[{'1,' * 3_900_000}]",
    "large documents": f"[{'1,' * 99_000}]\n---\n" * 39,
    "aliases of a long text": f"a: &a {'x' * 1_000_000}\nb: [{'*a,' * 500}]",
    "escaped pairs": 'a: "' + "x\\ud83d\\ude80" * 600_000 + '"',
    "breaks of YAML 1.1": "a: " + "x\u2028" * 1_900_000,
    "one long text": f"a: {'x' * 7_900_000}",
}
MEASURED = """
import re, sys
from portal.services import yaml12
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
text = sys.stdin.buffer.read()
before = peak()
try:
    for document in yaml12.iterate(text): pass
except yaml12.YamlError: pass
print((peak() - before) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="The peak of memory is read from Linux.")
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_takes_less_than_100_mb(bomb):
    """Measured in a process of its own, where nothing was freed before; ru_maxrss would count its parent's, too."""
    done = subprocess.run([sys.executable, "-c", MEASURED], input=BOMBS[bomb].encode(), capture_output=True, check=True)
    assert int(done.stdout) < 100


def test_bytes_must_be_utf_8():
    assert load("\ufeffa: é".encode()) == {"a": "é"}
    with pytest.raises(YamlError) as raised:
        load(b"a: 1\nb: \xff")
    assert raised.value.line == 2


def test_load_wants_one_document():
    assert load("# nothing\n") is None
    with pytest.raises(YamlError, match="a second begins here") as raised:
        load("a: 1\n---\nb: 1\n")
    assert raised.value.line == 2


@given(json_values)
def test_json_with_ascii_escapes_is_read_as_it_is(value):
    text = json.dumps(value)
    try:
        read = load(text)
    except YamlError:
        assert "\\ud" in text  # surrogate pairs of JSON are not characters in YAML
    else:
        assert read == value


@given(st.text())
def test_any_text_is_read_or_refused_with_a_place(text):
    try:
        documents = load_all(text)
    except YamlError as error:
        assert error.line >= 1 and error.column >= 1
    else:
        assert all(document.error is None or document.error.line >= document.start.line for document in documents)
