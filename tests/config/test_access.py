"""What plugin code and the admin see of the configuration."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from portal.guard import PluginError
from portal.services.config import Config

from .conftest import Configure

MASK = "••••••••"


class Source(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str
    pin: SecretStr = SecretStr("")


class Todos(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = 20
    api_pin: SecretStr | None = Field(None, alias="apiPin")
    sources: list[Source] = []


def refusal(config: Config) -> str:
    with pytest.raises(PluginError) as caught:
        config.validate("todos", Todos)
    return str(caught.value)


def rows(config: Config, label: str = "todos") -> dict[str, tuple[str, str]]:
    return {row.path: (row.shown, row.origin) for row in config.masked(label)}


def test_a_value_is_found_by_its_path(configure: Configure) -> None:
    config = configure("catalog:\n  locations: [{type: file}]")
    assert config.get("catalog.locations") == [{"type": "file"}]


def test_an_absent_value_is_the_default(configure: Configure) -> None:
    config = configure("catalog: {a: 1}")
    assert (config.get("catalog.b"), config.get("catalog.a.b", 5), config.section("todos")) == (None, 5, {})


def test_changing_what_was_returned_changes_nothing_for_others(configure: Configure) -> None:
    config = configure("catalog: {locations: [{type: file}]}")
    config.get("catalog.locations")[0]["type"] = "url"
    config.section("catalog")["locations"].clear()
    assert config.section("catalog") == {"locations": [{"type": "file"}]}


def test_the_origin_is_the_file_and_line_that_won(configure: Configure) -> None:
    config = configure({"a.yaml": "todos:\n  limit: 1\n  other: 2", "b.yaml": "# later\ntodos:\n\n  limit: 3"})
    assert (config.get("todos.limit"), config.origin("todos.limit"), config.origin("todos.other")) == (
        3,
        "b.yaml:4",
        "a.yaml:3",
    )


def test_the_origin_of_what_the_environment_overrides_is_the_variable(configure: Configure) -> None:
    config = configure("todos: {limit: 1}", {"APP_CONFIG_todos_limit": "2"})
    assert config.origin("todos.limit") == "environment variable APP_CONFIG_todos_limit"


def test_the_origin_of_what_is_included_is_the_included_file(configure: Configure) -> None:
    config = configure({"a.yaml": "todos: {$include: inc.yaml}", "inc.yaml": "\nlimit: 2"})
    assert config.origin("todos.limit") == "inc.yaml:2"


def test_what_is_absent_has_no_origin(configure: Configure) -> None:
    assert configure("todos: {limit: null}").origin("todos.limit") == ""


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app-config.yaml").write_text(f"{folder}: 1")
    files = [tmp_path / "one" / "app-config.yaml", tmp_path / "two" / "app-config.yaml"]
    assert Config(files, {}).origin("two") == f"{files[1]}:1"


def test_a_valid_section_becomes_an_instance_of_the_model(configure: Configure) -> None:
    config = configure("todos: {limit: 5}")
    assert config.validate("todos", Todos) == config.of("todos") == Todos(limit=5)


def test_an_absent_section_is_validated_as_an_empty_one(configure: Configure) -> None:
    assert configure("").validate("todos", Todos) == Todos()


def test_a_wrong_value_is_reported_with_key_file_line_and_remedy(configure: Configure) -> None:
    message = refusal(configure("todos:\n  limit: many"))
    assert message.startswith('"todos.limit" (app-config.yaml:2): Input should be a valid integer')
    assert message.endswith("Correct it there.")


def test_a_missing_key_is_reported_where_it_belongs(configure: Configure) -> None:
    message = refusal(configure("todos:\n  sources:\n    - {}"))
    assert message == '"todos.sources[0].url" is missing (app-config.yaml:3): add it under "todos.sources[0]".'


def test_a_misspelt_key_is_reported_with_the_one_that_was_meant(configure: Configure) -> None:
    message = refusal(configure("todos:\n  limt: 5"))
    assert message == '"todos.limt" (app-config.yaml:2) is not known: did you mean "limit"?'


def test_a_section_that_is_no_mapping_is_reported(configure: Configure) -> None:
    assert refusal(configure("\ntodos: [1]")).startswith('app-config.yaml:2: "todos" must be a mapping')


def test_files_that_cannot_be_read_fail_the_validation_with_their_place(configure: Configure) -> None:
    assert refusal(configure("todos: {limit: }5}")).startswith("app-config.yaml:1: ")


@pytest.mark.parametrize("secret", ["apiPin: '1234'", "apiPin: '${GONE:-1234}'", "sources: [{url: x, pin: '1234'}]"])
def test_a_secret_in_a_file_is_refused(configure: Configure, secret: str) -> None:
    message = refusal(configure(f"todos:\n  {secret}"))
    assert "(app-config.yaml:2) is a secret and stands in the file" in message
    assert "1234" not in message


@pytest.mark.parametrize(
    "secret", ["'${PIN}'", "{$env: PIN}", "{$file: pin.txt}", "'${GONE:-}${PIN}'", "{$include: 'inc.yaml#pin'}", "''"]
)
def test_a_secret_from_the_environment_or_a_file_of_its_own_is_accepted(configure: Configure, secret: str) -> None:
    files = {"a.yaml": f"todos: {{apiPin: {secret}}}", "pin.txt": "1234\n", "inc.yaml": "pin: '${PIN}'"}
    validated = configure(files, {"PIN": "1234"}).validate("todos", Todos)
    assert isinstance(validated, Todos)


def test_a_secret_from_an_overriding_variable_is_accepted(configure: Configure) -> None:
    config = configure("", {"APP_CONFIG_todos_apiPin": '"1234"'})
    assert config.validate("todos", Todos).model_dump()["api_pin"].get_secret_value() == "1234"


def test_the_admin_sees_every_value_with_its_origin(configure: Configure) -> None:
    config = configure("todos:\n  limit: 5\n  names: [Ada, true]\n  none: {}")
    assert rows(config) == {
        "todos.limit": ("5", "app-config.yaml:2"),
        "todos.names[0]": ("Ada", "app-config.yaml:3"),
        "todos.names[1]": ("true", "app-config.yaml:3"),
        "todos.none": ("{}", "app-config.yaml:4"),
    }


@pytest.mark.parametrize("key", ["password", "clientSecret", "api_key", "githubToken", "credentials"])
def test_a_value_under_a_key_that_looks_secret_is_masked(configure: Configure, key: str) -> None:
    config = configure(f"todos: {{{key}: {{inner: '${{X}}'}}}}", {"X": "hunter2"})
    assert rows(config) == {f"todos.{key}.inner": (MASK, "app-config.yaml:1")}


def test_a_secret_field_is_masked_even_when_the_section_is_not_valid(configure: Configure) -> None:
    config = configure("todos: {apiPin: '1234', sources: [{pin: '5678'}], limit: many}")
    refusal(config)
    assert {path: shown for path, (shown, _) in rows(config).items()} == {
        "todos.apiPin": MASK,
        "todos.sources[0].pin": MASK,
        "todos.limit": "many",
    }


def test_a_password_inside_a_url_is_masked(configure: Configure) -> None:
    config = configure("todos: {url: 'postgres://ada:hunter2@db/x'}")
    assert rows(config)["todos.url"][0] == f"postgres://ada:{MASK}@db/x"


def test_the_admin_is_told_when_the_files_cannot_be_read(configure: Configure) -> None:
    ((path, shown, origin),) = configure("todos: {}]").masked("todos")
    assert (path, shown) == ("todos", "")
    assert origin.startswith("app-config.yaml:1: ")


def rewrite(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


@pytest.mark.parametrize("changed", ["app-config.yaml", "inc.yaml"])
def test_in_development_a_changed_file_is_read_again(
    configure: Configure, tmp_path: Path, settings: object, changed: str
) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    config = configure({"app-config.yaml": "todos: {$include: inc.yaml}", "inc.yaml": "limit: 1"})
    config.validate("todos", Todos)
    rewrite(tmp_path / changed, "limit: 2" if changed == "inc.yaml" else "todos: {limit: 2}")
    assert (config.get("todos.limit"), config.of("todos").limit) == (2, 2)


def test_in_production_the_configuration_is_frozen(configure: Configure, tmp_path: Path) -> None:
    config = configure("todos: {limit: 1}")
    assert config.get("todos.limit") == 1
    rewrite(tmp_path / "app-config.yaml", "todos: {limit: 2}")
    assert config.get("todos.limit") == 1


@pytest.mark.parametrize("text", ["todos: {limit: many}", "todos: {"])
def test_in_development_a_mistake_is_logged_once_and_the_last_valid_section_stays(
    configure: Configure, tmp_path: Path, settings: object, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    config = configure("todos: {limit: 1}")
    config.validate("todos", Todos)
    rewrite(tmp_path / "app-config.yaml", text)
    with caplog.at_level(logging.ERROR, "portal.config"):
        assert [config.of("todos").limit for _ in range(3)] == [1, 1, 1]
    assert len([record for record in caplog.records if record.name == "portal.config"]) == 1


def test_plugin_code_reaches_it_through_the_api() -> None:
    from portal.api import config

    assert config.get("there.is.no.such.key", default="so") == "so"
