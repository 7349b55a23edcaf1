"""The doors that open when every app is loaded, and the quarantine of the plugins that failed at any door."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.checks import Error
from django.core.checks.model_checks import check_all_models
from django.urls import URLResolver
from django.urls.resolvers import RoutePattern

from portal.guard import PluginError, guard
from portal.guard.django_internals import (
    expire_caches,
    forget_apps,
    forget_checks,
    forget_receivers,
    registered_checks,
)
from portal.loading.callbacks import guard_callbacks
from portal.loading.files import check_commands, check_tag_libraries
from portal.loading.migrations import check_migrations
from portal.loading.openapi import api_namespace, api_patterns, build_api
from portal.loading.search import searchable
from portal.loading.submodules import submodule
from portal.loading.tasks import check_tasks
from portal.plugin import Plugin
from portal.registry import LoadedPlugin
from portal.services.config import config
from portal.services.search import index


def boot() -> list[LoadedPlugin]:
    """Lead every plugin through the remaining doors, quarantine those that failed, and return the others.

    Runs in the portal's ``ready()``, after the apps, models and ready doors of all plugins.
    """
    plugins = [app for app in apps.app_configs.values() if isinstance(app, Plugin)]
    _discover_host_admin()
    names: set[str] = set()
    loaded = [one for plugin in plugins if (one := _pass_doors(plugin, names))]
    _quarantine([plugin for plugin in plugins if guard.failed(plugin.label)])
    guard_callbacks(one.plugin for one in loaded)
    for one in loaded:
        if one.search:
            index.follow(one.label, one.search.followed)
    return loaded


def _discover_host_admin() -> None:
    for app in apps.app_configs.values():
        if not isinstance(app, Plugin) and find_spec(f"{app.name}.admin"):
            import_module(f"{app.name}.admin")


def _pass_doors(plugin: Plugin, names: set[str]) -> LoadedPlugin | None:
    built: dict[str, Any] = {}
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("apps", lambda: str(plugin.verbose_name)),
        ("config", lambda: _config(plugin)),
        ("commands", lambda: built.update(commands=_commands(plugin))),
        ("templatetags", lambda: built.update(tag_libraries=_tag_libraries(plugin))),
        ("urls", lambda: built.update(pages=_pages(plugin))),
        ("api", lambda: built.update(_api(plugin))),
        ("search", lambda: built.update(search=searchable(plugin))),
        ("tasks", lambda: check_tasks(plugin)),
        ("admin", lambda: _admin(plugin)),
        ("migrations", lambda: check_migrations(plugin)),
        ("checks", lambda: _system_checks(plugin, names)),
    )
    for door, step in steps:
        if guard.failed(plugin.label):
            return None
        with guard.door(plugin.label, plugin.name, door):
            step()
    return None if guard.failed(plugin.label) else LoadedPlugin(plugin, **built)


def _config(plugin: Plugin) -> None:
    if plugin.config_model is not None:
        config.validate(plugin.label, plugin.config_model)


def _commands(plugin: Plugin) -> tuple[str, ...]:
    check_commands(plugin)
    return tuple(_module_names(Path(plugin.path) / "management" / "commands"))


def _tag_libraries(plugin: Plugin) -> tuple[str, ...]:
    check_tag_libraries(plugin)
    names = tuple(_module_names(Path(plugin.path) / "templatetags"))
    for name in names:
        import_module(f"{plugin.name}.templatetags.{name}")
    return names


def _module_names(folder: Path) -> list[str]:
    return [info.name for info in iter_modules([str(folder)]) if not info.name.startswith("_")]


def _pages(plugin: Plugin) -> URLResolver | None:
    module = submodule(plugin, "urls")
    if module is None:
        return None
    if not isinstance(getattr(module, "urlpatterns", None), list | tuple):
        raise PluginError("urls.py must define urlpatterns as a list.")
    if getattr(module, "app_name", plugin.label) != plugin.label:
        raise PluginError(f'app_name in urls.py must be "{plugin.label}", or absent.')
    return _resolver(plugin.label, list(module.urlpatterns), plugin.label)


def _api(plugin: Plugin) -> dict[str, Any]:
    module = submodule(plugin, "api")
    if module is None:
        return {}
    api = build_api(plugin, getattr(module, "router", None))
    error_body = getattr(module, "error_body", None)
    if error_body is not None and not callable(error_body):
        raise PluginError("error_body in api.py must be a function (request, status, detail) that returns a mapping.")
    urls = _resolver(plugin.label, api_patterns(api), api_namespace(plugin.label))
    return {"api": api, "api_urls": urls, "error_body": error_body}


def _resolver(label: str, patterns: list[Any], namespace: str) -> URLResolver:
    """Build a resolver and load every nested include now, since a lazy broken one would break each reverse()."""
    resolver = URLResolver(RoutePattern(f"{label}/"), patterns, app_name=label, namespace=namespace)
    resolver._populate()
    if errors := [message for message in resolver.check() if message.is_serious()]:
        raise PluginError(str(errors[0].msg))
    return resolver


def _admin(plugin: Plugin) -> None:
    site = admin.site
    before = dict(site._registry)
    try:
        submodule(plugin, "admin")
        for model, model_admin in (site._registry.items() | before.items()) - (site._registry.items() & before.items()):
            if model._meta.app_label != plugin.label:
                raise PluginError(
                    f"admin.py changes how {model._meta.label} is administered "
                    f"({type(model_admin).__name__}): a plugin registers its own models only."
                )
    except BaseException:
        site._registry.clear()
        site._registry.update(before)
        raise


def _system_checks(plugin: Plugin, names: set[str]) -> None:
    """Run the checks that concern the plugin, and refuse an index or constraint name that is taken."""
    messages = [*check_all_models([plugin]), *admin.site.check([plugin])]
    for check in registered_checks(plugin.name):
        messages += check(app_configs=[plugin], databases=None)
    if errors := [message for message in messages if message.level >= Error("").level]:
        raise PluginError("; ".join(f"{error.obj}: {error.msg} ({error.id})" for error in errors))
    own = {thing.name for model in plugin.get_models() for thing in (*model._meta.indexes, *model._meta.constraints)}
    if taken := own & names:
        raise PluginError(f'The index or constraint name "{taken.pop()}" is taken: choose another.')
    names |= own


def _quarantine(plugins: list[Plugin]) -> None:
    for plugin in plugins:
        for model in list(admin.site._registry):
            if model._meta.app_label == plugin.label:
                del admin.site._registry[model]
        forget_receivers(plugin.name)
        forget_checks(plugin.name)
    forget_apps({plugin.label for plugin in plugins})
    expire_caches()
