"""The values of the configuration as a tree, each with the place it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value: None, bool, int, float, str, or a list or dict of Values.

    origin   "app-config.yaml:12" or "environment variable APP_CONFIG_a"
    literal  it stands in a file as it is, and came from neither the environment nor a file of its own
    """

    data: Any
    origin: str
    literal: bool = True


def merged(values: Iterable[Value]) -> Value:
    """Merge mappings, later over earlier: mappings key by key, anything else as a whole."""
    root = Value({}, "")
    for value in values:
        root = _over(root, value)
    return root


def _over(lower: Value, higher: Value) -> Value:
    if not isinstance(lower.data, dict) or not isinstance(higher.data, dict):
        return higher
    both = {key: _over(lower.data[key], value) if key in lower.data else value for key, value in higher.data.items()}
    return Value({**lower.data, **both}, higher.origin, higher.literal)


def plain(value: Value, in_list: bool = False) -> Any:
    """Return the JSON-like data of a value. A null in a mapping means that the key is absent, outside of lists."""
    match value.data:
        case dict():
            return {key: plain(one, in_list) for key, one in value.data.items() if in_list or one.data is not None}
        case list():
            return [plain(one, in_list=True) for one in value.data]
    return value.data


def find(value: Value, path: KeyPath) -> Value | None:
    """Return what stands at ``path``, or None."""
    for step in path:
        if isinstance(value.data, dict) and step in value.data:
            value = value.data[step]
        elif isinstance(value.data, list) and isinstance(step, int) and step < len(value.data):
            value = value.data[step]
        else:
            return None
    return value


def leaves(value: Value, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Value]]:
    """Yield every single value, empty lists and mappings included, with its path."""
    match value.data:
        case dict() if value.data:
            for key, one in value.data.items():
                if one.data is not None:
                    yield from leaves(one, (*path, key))
        case list() if value.data:
            for index, one in enumerate(value.data):
                yield from leaves(one, (*path, index))
        case _:
            yield path, value


def written(path: KeyPath) -> str:
    """Write a path as people do: catalog.locations[0].target."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
