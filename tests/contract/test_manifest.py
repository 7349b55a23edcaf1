"""The manifest of every loaded plugin is valid against the published schema, and the schema refuses what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client

from portal.registry import registry
from portal.web.manifest import manifest

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


def test_the_schema_is_itself_valid() -> None:
    jsonschema_rs.meta.validate(SCHEMA)


@pytest.mark.parametrize("label", sorted(registry.plugins))
def test_the_manifest_of_each_plugin_is_valid(label: str) -> None:
    # Through JSON, as a reader gets it: lazy texts and tuples would pass otherwise.
    VALIDATOR.validate(json.loads(json.dumps(manifest(registry.plugins[label]))))


def test_the_manifest_says_what_the_plugin_declares() -> None:
    healthy = manifest(registry.plugins["healthy"])
    assert healthy["label"] == "healthy"
    assert healthy["permissions"] == [
        {"name": "healthy.read", "description": "See notes", "everyone": True},
        {"name": "healthy.write", "description": "Add notes", "everyone": False},
    ]
    assert [card["name"] for card in healthy["cards"]] == ["notes", "open", "author"]
    assert {"name": "healthy.note:side", "takes_argument": True} in healthy["slots"]
    assert healthy["api"] == {"base": "/api/healthy/", "openapi": "/api/healthy/openapi.json"}
    assert healthy["models"] == ["healthy.Note"]
    assert healthy["commands"] == ["healthy_count"]
    assert healthy["tag_libraries"] == ["healthy_tags"]
    routes = {route["path"]: (route["permission"], route["access"]) for route in healthy["routes"]}
    assert routes["/healthy/"] == ("healthy.read", "permission")
    assert routes["/healthy/add/"] == ("healthy.write", "permission")
    assert routes["/healthy/about/"] == ("", "public")
    assert [asset["name"] for asset in healthy["assets"]] == ["healthy/plugin.css"]


@pytest.mark.parametrize("name", SCHEMA["required"])
def test_the_schema_asks_for_every_member(name: str) -> None:
    value = manifest(registry.plugins["healthy"])
    del value[name]
    assert not VALIDATOR.is_valid(value)


@pytest.mark.parametrize(
    "change",
    [
        {"label": "Not a label"},
        {"label": "todos.more"},
        {"manifest": 2},
        {"version": ""},
        {"unknown": True},
        {"permissions": [{"name": "read", "description": "See", "everyone": True}]},
        {"csp": {"img-src": "https://a.example"}},
        {"csp": {"img": ["https://a.example"]}},
        {"api": {"base": "/api/healthy/"}},
        {"assets": [{"name": "a.css", "size": 1, "integrity": "md5-x"}]},
        {"slots": [{"name": "nowhere", "takes_argument": False}]},
    ],
)
def test_the_schema_refuses_what_is_wrong(change: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid({**manifest(registry.plugins["healthy"]), **change})


@pytest.mark.parametrize(("name", "value"), [("size", "XL"), ("refresh", 4), ("io", "disk"), ("url", "cards/x/")])
def test_the_schema_refuses_a_card_that_is_wrong(name: str, value: Any) -> None:
    wrong = deepcopy(manifest(registry.plugins["healthy"]))
    wrong["cards"][0][name] = value
    assert not VALIDATOR.is_valid(wrong)


def test_the_command_prints_what_the_portal_serves(client_of: Callable[..., Client], bob: Any) -> None:
    out = StringIO()
    call_command("plugins", "manifest", "healthy", stdout=out)
    assert json.loads(out.getvalue()) == client_of(bob).get("/api/healthy/manifest.json").json()
