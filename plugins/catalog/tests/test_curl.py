"""The commands that are copied for operations of OpenAPI."""

from __future__ import annotations

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.definitions.reading import read

HOST = "https://root.example"


def curl(method="post", /, item=None, root=None, **stated):
    """The words of the command for the only operation of a definition."""
    version = {"swagger": "2.0", "host": "root.example"} if "swagger" in (root or {}) else {"openapi": "3.1.0"}
    whole = {"servers": [{"url": HOST}], **(root or {}), **version, "paths": {"/x": {**(item or {}), method: stated}}}
    if "swagger" in whole:
        del whole["servers"]
    return shlex.split(read("openapi", json.dumps(whole, ensure_ascii=False)).operations[0].detail.curl)


def form(media, required=(), **properties):
    return {"requestBody": {"content": {media: {"schema": {"properties": properties, "required": list(required)}}}}}


def test_head_waits_for_no_body():
    assert curl("head", summary="Is it there?") == ["curl", "--head", f"{HOST}/x"]


def test_the_servers_of_an_operation_come_before_those_of_its_path_and_of_the_definition():
    path, own = {"servers": [{"url": "https://path.example/"}]}, {"servers": [{"url": "https://own.example"}]}
    assert curl("get", path, summary="X")[-1] == "https://path.example/x"
    assert curl("get", path, **own)[-1] == "https://own.example/x"


def test_a_server_that_is_no_address_does_not_become_an_option():
    assert curl("get", servers=[{"url": "-K://evil"}])[-1] == "$API_URL-K://evil/x"


def test_the_variables_of_a_server_are_filled_in_once():
    server = {
        "url": "https://{env}.example:{port}",
        "variables": {"env": {"default": "{port}"}, "port": {"default": 8443}},
    }
    assert curl("get", servers=[server])[-1] == "https://{port}.example:8443/x"


def test_required_cookies_are_sent():
    cookies = [{"name": name, "in": "cookie", "required": True} for name in ("sid", "region")]
    assert curl("get", parameters=cookies)[-2:] == ["-b", "sid={sid}; region={region}"]


def test_a_form_with_files_sends_files():
    words = curl(**form("multipart/form-data", avatar={"type": "string", "format": "binary"}, note={"type": "string"}))
    assert words[3:] == [f"{HOST}/x", "-F", "avatar=@file", "-F", "note={note}"]
    several = {"type": "array", "items": {"contentMediaType": "image/png"}}
    assert curl(**form("multipart/form-data", ["pages"], pages=several, note={}))[4:] == ["-F", "pages=@file"]
    assert curl(**form("multipart/form-data"))[4:] == ["-F", "file=@file"]


def test_a_field_of_a_form_cannot_send_a_file_that_its_name_chooses():
    assert "@/etc/passwd" not in " ".join(curl(**form("multipart/form-data", **{"a=@/etc/passwd;b": {}})))


def test_a_plain_form_is_encoded():
    words = curl(**form("application/x-www-form-urlencoded", **{"user name": {}}))
    assert words[4:] == ["--data-urlencode", "user%20name={user name}"]


@pytest.mark.parametrize(
    ("media", "option"),
    [
        ("application/json; charset=utf-8", "--data"),
        ("application/problem+json", "--data"),
        ("application/octet-stream", "--data-binary"),
        ("text/csv", "--data-binary"),
    ],
)
def test_what_is_not_json_is_sent_byte_for_byte(media, option):
    words = curl(requestBody={"content": {media: {}}})
    assert words[4:] == ["-H", f"Content-Type: {media}", option, "@body"]


def test_forms_of_the_older_version_are_sent():
    file = {"in": "formData", "name": "scan", "type": "file", "required": True}
    note = {"in": "formData", "name": "note", "type": "string"}
    assert curl(root={"swagger": "2.0"}, parameters=[file, note])[4:] == ["-F", "scan=@file"]
    assert curl(root={"swagger": "2.0"}, parameters=[note])[4:] == ["--data-urlencode", "note={note}"]
    assert curl(root={"swagger": "2.0", "consumes": ["multipart/form-data"]}, parameters=[note])[4:] == [
        "-F",
        "note={note}",
    ]


def test_bodies_of_the_older_version_have_the_type_that_is_consumed():
    body = {"in": "body", "name": "pet", "schema": {"type": "object"}}
    root = {"swagger": "2.0", "consumes": ["text/yaml"]}
    assert "Content-Type: application/json" in curl(root={"swagger": "2.0"}, parameters=[body])
    assert "Content-Type: text/yaml" in curl(root=root, parameters=[body])
    assert "Content-Type: application/xml" in curl(root=root, parameters=[body], consumes=["application/xml"])


@given(
    st.text(min_size=1).filter(lambda name: "=" not in name and name.isprintable()),
    st.sampled_from(("query", "header", "cookie", "formData")),
)
def test_a_parameter_of_any_name_stays_in_one_word(name, place):
    words = curl(root={"swagger": "2.0"}, parameters=[{"name": name, "in": place, "required": True}])
    assert len(words) == (4 if place == "query" else 6)
    assert f"{{{name}}}" in words[-1]
