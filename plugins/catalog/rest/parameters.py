"""What a request asks with, in the words of Backstage's OpenAPI validator where it can't be understood."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError

MAX_NESTED = 100
_INTEGER = re.compile(r"-?[0-9]{1,15}")
# Many clients write lists as name[]=a&name[]=b or name[0]=a&name[1]=b by themselves.
_LISTED = re.compile(r"(facet|fields|filter|fullTextFilterFields|order|orderField)\[[0-9]*\]")
_TYPES: Mapping[str, type] = {"string": str, "object": dict, "array": list, "boolean": bool}


class Query:
    """The query string of a request that may have the parameters ``names``.

    Raises HttpError for any other, and for one that has no value.
    """

    def __init__(self, request: HttpRequest, *names: str) -> None:
        self._query: dict[str, list[str]] = {}
        for stated, values in request.GET.lists():
            listed = _LISTED.fullmatch(stated)
            name = listed[1] if listed else stated
            if name not in names:
                raise HttpError(400, f"Unknown query parameter '{stated}'")
            if values == [""]:
                raise HttpError(400, f"Empty value found for query parameter '{stated}'")
            self._query.setdefault(name, []).extend(values)

    def text(self, name: str) -> str | None:
        """A parameter that may be given once."""
        values = self.texts(name)
        if len(values) > 1:
            raise HttpError(400, f"request/query/{name} must be string")
        return values[0] if values else None

    def texts(self, name: str) -> list[str]:
        """A parameter that may be given several times."""
        return self._query.get(name, [])

    def comma_separated(self, name: str) -> list[str]:
        """A list with commas."""
        return [part for value in self.texts(name) for part in value.split(",")]

    def number(self, name: str) -> int | None:
        """An integer from 0 on."""
        text = self.text(name)
        if text is None:
            return None
        if not _INTEGER.fullmatch(text):
            raise HttpError(400, f"request/query/{name} must be integer")
        if int(text) < 0:
            raise HttpError(400, f"request/query/{name} must be >= 0")
        return int(text)

    def choice(self, name: str, *choices: str) -> str | None:
        """One of ``choices``."""
        text = self.text(name)
        if text is not None and text not in choices:
            raise HttpError(
                400, f"request/query/{name} must be equal to one of the allowed values: {', '.join(choices)}"
            )
        return text


def no_parameters(request: HttpRequest) -> None:
    """Raises HttpError for a request that has any in its address."""
    Query(request)


class Body:
    """A JSON object that a request carries, or a part of it."""

    def __init__(self, data: Mapping[str, Any], path: str = "request/body") -> None:
        self.data = data
        self._path = path

    @classmethod
    def of(cls, request: HttpRequest, *, required: bool = True) -> Body:
        """The body of a request; one that may be absent is empty then. Raises HttpError."""
        if not request.body and not required:
            return cls({})
        if request.content_type != "application/json":
            raise HttpError(400, f"unsupported media type {request.content_type}")
        try:
            data = read_json(request.body)
        except ValueError:
            raise HttpError(400, "The body is not JSON") from None
        if nested_deeper(data, MAX_NESTED):
            raise HttpError(400, f"The body is nested more than {MAX_NESTED} deep")
        if not isinstance(data, dict):
            raise HttpError(400, "request/body must be object")
        return cls(data)

    def only(self, *names: str) -> None:
        """Refuse members with other names. Raises HttpError."""
        if others := sorted(self.data.keys() - set(names)):
            raise HttpError(400, f"Malformed request: Unrecognized key(s) in object: {', '.join(others)}")

    def part(self, name: str) -> Body:
        """An object within; an absent one is empty."""
        return Body(self.mapping(name) or {}, f"{self._path}/{name}")

    def text(self, name: str, *, required: bool = False) -> str | None:
        """A string."""
        value: str | None = self._typed(name, "string", required)
        return value

    def texts(self, name: str, *, required: bool = False) -> list[str] | None:
        """A list of strings."""
        values: list[str] | None = self._typed(name, "array", required)
        for index, value in enumerate(values or ()):
            if not isinstance(value, str):
                raise HttpError(400, f"{self._path}/{name}/{index} must be string")
        return values

    def texts_or_nulls(self, name: str, *, required: bool = False) -> list[str | None] | None:
        """A list of strings and nulls."""
        values: list[str | None] | None = self._typed(name, "array", required)
        for index, value in enumerate(values or ()):
            if value is not None and not isinstance(value, str):
                raise HttpError(400, f"{self._path}/{name}/{index} must be string or null")
        return values

    def flag(self, name: str, *, required: bool = False) -> bool | None:
        """A boolean."""
        value: bool | None = self._typed(name, "boolean", required)
        return value

    def mapping(self, name: str, *, required: bool = False) -> dict[str, Any] | None:
        """An object."""
        value: dict[str, Any] | None = self._typed(name, "object", required)
        return value

    def parts(self, name: str, *, required: bool = False) -> list[Body]:
        """A list of objects; an absent one is empty."""
        parts = []
        for index, value in enumerate(self._typed(name, "array", required) or ()):
            if not isinstance(value, dict):
                raise HttpError(400, f"{self._path}/{name}/{index} must be object")
            parts.append(Body(value, f"{self._path}/{name}/{index}"))
        return parts

    def choice(self, name: str, *choices: str, required: bool = False) -> str | None:
        """One of ``choices``."""
        text = self.text(name, required=required)
        if text is not None and text not in choices:
            raise HttpError(
                400, f"{self._path}/{name} must be equal to one of the allowed values: {', '.join(choices)}"
            )
        return text

    def number(self, name: str, *, least: int = 0) -> int | None:
        """An integer from ``least`` on."""
        if name not in self.data:
            return None
        value = self.data[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise HttpError(400, f"{self._path}/{name} must be number")
        if (isinstance(value, float) and not value.is_integer()) or not least <= value < 10**15:
            raise HttpError(400, f"{self._path}/{name} must be an integer >= {least}")
        return int(value)

    def _typed(self, name: str, type_: str, required: bool) -> Any:
        if name not in self.data:
            if required:
                raise HttpError(400, f"{self._path} must have required property '{name}'")
            return None
        value = self.data[name]
        if not isinstance(value, _TYPES[type_]):
            raise HttpError(400, f"{self._path}/{name} must be {type_}")
        return value


def read_json(text: str | bytes) -> Any:
    """Strict JSON. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None


def nested_deeper(data: Any, most: int) -> bool:
    """Whether lists and objects stand in each other more than ``most`` deep. No recursion, for any depth."""
    level = [data]
    for _ in range(most + 1):
        items = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [item for inner in items for item in inner]
        if not level:
            return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)
