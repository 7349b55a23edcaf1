"""Reads a plugin's search.py and refuses one that is not as the contract says."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db.models import Model

from portal.guard import PluginError
from portal.loading.submodules import submodule
from portal.plugin import Plugin
from portal.services.icons import icon_names
from portal.services.search import Searchable, SearchType

_TYPE = re.compile(r"[a-z][a-z0-9-]{0,39}")


def searchable(plugin: Plugin) -> Searchable | None:
    """Return what the plugin has to be found, or None without a search.py. Raises PluginError."""
    module = submodule(plugin, "search")
    if module is None:
        return None
    types, documents = getattr(module, "TYPES", None), getattr(module, "documents", None)
    if not isinstance(types, Mapping) or not types or not all(isinstance(one, SearchType) for one in types.values()):
        raise PluginError("search.py must define TYPES, a mapping of names to portal.api.SearchType.")
    for name, one in types.items():
        if not isinstance(name, str) or not _TYPE.fullmatch(name):
            raise PluginError(f'The type {name!r} in search.py must be 1 to 40 of "a-z", "0-9" and "-".')
        if one.icon not in icon_names():
            raise PluginError(f'The type "{name}" in search.py has the icon "{one.icon}", which does not exist.')
    if not callable(documents):
        raise PluginError("search.py must define documents(refs), which yields portal.api.SearchDocument.")
    followed = getattr(module, "FOLLOWED", ())
    if not isinstance(followed, tuple) or not all(
        isinstance(one, type) and issubclass(one, Model) and one._meta.app_label == plugin.label for one in followed
    ):
        raise PluginError("FOLLOWED in search.py must be a tuple of the plugin's own models.")
    visible = getattr(module, "visible", None)
    if visible is not None and not callable(visible):
        raise PluginError("visible in search.py must be a function of a user that returns a queryset of refs.")
    return Searchable(dict(types), documents, followed, visible)
