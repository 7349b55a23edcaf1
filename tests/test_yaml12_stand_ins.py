"""What libyaml, at home in YAML 1.1, would read otherwise than YAML 1.2 does."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.services.yaml12 import YamlError, load, load_all

ROCKET = "\\ud83d\\ude80"
BREAKS = "\u0085\u2028\u2029"
PRIVATE = "\ue000\ue001\ue002\ue003\ue004"

texts = st.text(
    st.sampled_from([*BREAKS, *PRIVATE, *'a\\u "\n', "\U0001f680", "\u00e9"]) | st.characters(codec="utf-8")
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
@example(["\U0001f680", "\\\U0001f680", "\\ud83d\\ude80", "\ue000ud83d\ue000ude80"])
@example({"\U0001f680": "\ue000\u2028"})
def test_what_json_escapes_is_read_as_it_was_written(value):
    assert load(json.dumps(value)) == value


@given(st.lists(st.sampled_from([*BREAKS, *PRIVATE, "a", "é", "\U0001f680"]), min_size=1).map("".join))
def test_breaks_of_yaml_1_1_only_are_ordinary_characters_in_every_style(text):
    document = f"k{text}: {text}\n'k': '{text}'\n\"l\": \"{text}\"\nb: |-\n  {text}\n  {text}\nz: 1\n"
    read = load_all(document)[0]
    assert read.value == {f"k{text}": text, "k": text, "l": text, "b": f"{text}\n{text}", "z": 1}
    assert read.position(("z",)).line == 7


@pytest.mark.parametrize("source", [ROCKET, f"'{ROCKET}'", f"|-\n  {ROCKET}", f'"{ROCKET}"'.replace("\\", "\\\\")])
def test_two_escapes_are_one_character_in_double_quotes_only(source):
    assert load(f'a: {source}\nb: "{ROCKET}"') == {"a": ROCKET, "b": "\U0001f680"}


@pytest.mark.parametrize(
    "half", ["\\ud83d", "\\ude80", "\\ude80\\ud83d", "\\\\\\ud83d", "\\\\ud83d\\ude80", f"{ROCKET}\\ud83d"]
)
def test_half_a_pair_is_an_error_on_its_line(half):
    with pytest.raises(YamlError, match="the escape stands for no character") as raised:
        load(f'a: "{ROCKET}"\nb: "{half}"\n')
    assert raised.value.line == 2


def test_positions_behind_stand_ins_are_those_of_the_text():
    text = f'{{"{ROCKET}\u2028": "{ROCKET}", "b": 1, "b": 2}}'
    with pytest.raises(YamlError, match='"b" stands here twice') as raised:
        load(text)
    assert raised.value.column == text.rindex('"b"') + 1


def test_escapes_of_private_use_characters_stay_what_they_are():
    assert load('a: "\\ue000\\U0000E001"\nb: "\u2028"') == {"a": "\ue000\ue001", "b": "\u2028"}


def test_a_line_of_yaml_1_1_only_ends_no_comment():
    assert load_all("# a\u2028b: 1\n---\nc: 2")[0].value == {"c": 2}


def test_a_text_with_all_private_use_characters_is_refused_where_some_are_needed():
    every = "".join(map(chr, range(0xE000, 0xF900)))
    assert load(f"a: {every}") == {"a": every}
    with pytest.raises(YamlError, match="private-use"):
        load(f"a: {every}\u2028")
