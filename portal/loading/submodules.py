"""Finds a plugin's submodules by name. Absent and broken are told apart by find_spec, never by catching ImportError."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from portal.plugin import Plugin


def submodule(plugin: Plugin, name: str) -> ModuleType | None:
    """Import ``name`` of the plugin's package, or return None when there is no such module.

    Whatever the module raises while it is imported passes through.
    """
    full_name = f"{plugin.name}.{name}"
    if find_spec(full_name) is None:
        return None
    return import_module(full_name)
