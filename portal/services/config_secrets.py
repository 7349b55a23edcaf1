"""Which values of the configuration are secret, and how the others are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, get_args

from pydantic import BaseModel, SecretBytes, SecretStr

from portal.services.config_values import KeyPath, Value, plain

MASK = "••••••••"

_SECRET_KEY = re.compile(
    r"secret|passw|passphrase|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|dsn", re.IGNORECASE
)
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]+(?=@)")


def is_secret(path: KeyPath, names: Collection[str]) -> bool:
    """Say whether a key on the way to a value is in ``names`` or looks like a secret's."""
    return any(isinstance(step, str) and (step in names or _SECRET_KEY.search(step)) for step in path)


def shown(value: Value) -> str:
    """Write a value that is not secret; a password inside a URL is hidden all the same."""
    text = value.data if isinstance(value.data, str) else json.dumps(plain(value), ensure_ascii=False)
    return _PASSWORD_IN_URL.sub(rf"\1:{MASK}", text)


def secret_paths(validated: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield where the secrets of a validated section may stand in the configuration."""
    match validated:
        case SecretStr() | SecretBytes():
            yield path
        case BaseModel():
            for name, field in type(validated).model_fields.items():
                for key in _keys(name, field):
                    yield from secret_paths(getattr(validated, name), (*path, key))
        case dict():
            for key, one in validated.items():
                yield from secret_paths(one, (*path, key))
        case list() | tuple():
            for index, one in enumerate(validated):
                yield from secret_paths(one, (*path, index))


def secret_names(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> Iterator[str]:
    """Yield the keys of every secret field of ``model`` and of the models within it."""
    for name, field in model.model_fields.items():
        types = set(_types(field.annotation))
        if types & {SecretStr, SecretBytes}:
            yield from _keys(name, field)
        for inner in types - seen:
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from secret_names(inner, seen | {model})


def _keys(name: str, field: Any) -> set[str]:
    return {key for key in (name, field.alias, field.validation_alias) if isinstance(key, str)}


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _types(argument)
