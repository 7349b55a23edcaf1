"""One mount for the pages of all plugins, one for their APIs. Each picks the plugin by the first path segment."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.urls import (
    NoReverseMatch,
    Resolver404,
    ResolverMatch,
    URLResolver,
    get_script_prefix,
    get_urlconf,
    reverse,
)
from django.urls.resolvers import RoutePattern

from portal.registry import LoadedPlugin, registry
from portal.state import is_on

log = logging.getLogger("portal.plugins")

Wrapper = Callable[[str, Callable[..., Any]], Callable[..., Any]]


class PluginMount(URLResolver):
    """Resolves to a plugin that is on, and to nothing for one that is off, while ``reverse()`` goes on working.

    Looking the plugin up in a dictionary keeps the cost of a request independent of the number of plugins.
    """

    def __init__(self, prefix: str, select: Callable[[LoadedPlugin], URLResolver | None], wrap: Wrapper) -> None:
        super().__init__(RoutePattern(prefix), [])
        self._select = select
        self._wrap = wrap

    @cached_property
    def _by_label(self) -> dict[str, URLResolver]:
        return {one.label: resolver for one in registry.plugins.values() if (resolver := self._select(one))}

    @cached_property
    def url_patterns(self) -> list[Any]:
        """The resolvers of all loaded plugins, for ``reverse()`` and the URL checks."""
        return list(self._by_label.values())

    def resolve(self, path: str) -> ResolverMatch:
        """Match ``path`` with the plugin its first segment names. Raises Resolver404 while that plugin is off."""
        path = str(path)
        found = self.pattern.match(path)
        rest = found[0] if found else path
        label = rest.partition("/")[0]
        resolver = self._by_label.get(label) if found else None
        if resolver is None or not is_on(label):
            raise Resolver404({"tried": [], "path": path})
        match = resolver.resolve(rest)
        match.func = self._wrap(label, match.func)
        return match


def plugin_of(match: ResolverMatch | None) -> LoadedPlugin | None:
    """Return the plugin whose page or API a resolved URL belongs to, or None for a page of the host."""
    if match is None or not match.app_names:
        return None
    return registry.plugins.get(match.app_names[0])


def address(url_name: str) -> str:
    """Return the path of a page that takes no arguments; "" when there is none, which is logged once.

    Pages have dozens of links, to a few addresses.
    """
    return _address(url_name, get_script_prefix(), get_urlconf())


@lru_cache(maxsize=4096)
def _address(url_name: str, script_prefix: str, urlconf: str | None) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        log.error('There is no page named "%s" without arguments, so a link to it is left out.', url_name)
        return ""


@receiver(setting_changed)
def _forget_addresses(**_: Any) -> None:
    _address.cache_clear()
