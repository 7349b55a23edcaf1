"""The semantics of app-config.yaml: every row of backstage.json was measured with @backstage/config-loader 1.11.3."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.services.config import Config, ConfigError
from portal.services.config_values import Value, merged, plain

from .conftest import Configure

ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "backstage.json").read_text(encoding="utf-8"))


def everything(config: Config) -> Any:
    return config._current().data


@pytest.mark.parametrize("row", ROWS, ids=lambda row: json.dumps(row["files"]) + json.dumps(row["env"]))
def test_a_configuration_reads_as_in_backstage(configure: Configure, row: dict[str, Any]) -> None:
    if "error" in row:
        with pytest.raises(ConfigError):
            everything(configure(row["files"], row["env"]))
    else:
        assert everything(configure(row["files"], row["env"])) == row["data"]


def test_what_an_include_names_is_resolved_in_its_turn(configure: Configure) -> None:
    config = configure({"a.yaml": "a: {$include: inc.yaml#k}", "inc.yaml": "k: {$env: FOO}"}, {"FOO": "foo"})
    assert config.get("a") == "foo"


def test_an_empty_file_is_an_empty_configuration(configure: Configure) -> None:
    assert everything(configure("")) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", 'app-config.yaml:2: "a" stands here twice'),
        ("a:\n  - {$env: X, b: 1}", "app-config.yaml:2: $env stands beside other keys"),
        ("a: 1\nb: {$file: gone.txt}", "app-config.yaml:2: "),
        ("b: {$include: app-config.yaml}", "may include itself"),
        ("- a", "app-config.yaml:1: A mapping"),
        ("a: {$env: 5}", "app-config.yaml:1: $env takes a text"),
    ],
)
def test_what_cannot_be_read_is_reported_with_file_and_line(configure: Configure, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configure(text).get("a")
    assert said in str(caught.value)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        Config([tmp_path / "gone.yaml"], {}).get("a")


def test_an_environment_variable_that_contradicts_another_is_reported(configure: Configure) -> None:
    with pytest.raises(
        ConfigError, match="APP_CONFIG_a_b: .* already has a value from environment variable APP_CONFIG_a"
    ):
        configure("", {"APP_CONFIG_a": "5", "APP_CONFIG_a_b": "6"}).get("a")


KEYS = st.sampled_from(["a", "b", "c"])
TREES: Any = st.recursive(
    st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2), lambda inner: st.dictionaries(KEYS, inner, max_size=3)
)
MAPPINGS = st.dictionaries(KEYS, TREES, max_size=3)


def tree(data: Any) -> Value:
    if isinstance(data, dict):
        return Value({key: tree(value) for key, value in data.items()}, "")
    return Value([Value(one, "") for one in data] if isinstance(data, list) else data, "")


@given(MAPPINGS)
def test_merging_a_file_with_itself_or_with_nothing_changes_nothing(data: Any) -> None:
    for values in ([data], [data, data], [data, {}], [{}, data]):
        assert plain(merged(tree(one) for one in values)) == data


@given(MAPPINGS, MAPPINGS)
def test_a_later_file_wins_wherever_it_says_something(lower: Any, higher: Any) -> None:
    def holds(whole: Any, part: Any) -> bool:
        if isinstance(part, dict):
            return isinstance(whole, dict) and all(key in whole and holds(whole[key], part[key]) for key in part)
        return bool(whole == part)

    assert holds(plain(merged([tree(lower), tree(higher)])), higher)
