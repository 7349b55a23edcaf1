"""Checks what a plugin declares about itself, before any other of its modules is imported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel

from portal import __version__
from portal.guard import PluginError
from portal.loading.csp_needs import validate_needs
from portal.plugin import Card, Link, Plugin, Schedule, Slot

HOST_SLOTS = ("home:left", "home:main", "home:right")
HOST_LINK_SLOTS = ("nav", "search", "notifications")
RESERVED_LABELS = frozenset(
    "accounts admin api assets cards healthz home host oidc plugins portal readyz settings static media".split()
)
LEAST_SECONDS = 10
_LABEL = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_ACTION = re.compile(r"[a-z][a-z0-9_]{0,39}")


def check_declarations(plugin: Plugin) -> None:
    """Raise PluginError for the first declaration that breaks the contract."""
    _check_identity(plugin)
    _check_versions(plugin)
    _check_permissions(plugin)
    _check_slots(plugin)
    _check_cards(plugin)
    _check_links(plugin)
    _check_schedules(plugin)
    if plugin.config_model is not None and not (
        isinstance(plugin.config_model, type) and issubclass(plugin.config_model, BaseModel)
    ):
        raise PluginError("config_model must be a pydantic model class.")
    if not isinstance(plugin.required, bool):
        raise PluginError("required must be True or False.")
    validate_needs(plugin.csp)


def _check_identity(plugin: Plugin) -> None:
    if not _LABEL.fullmatch(plugin.label):
        raise PluginError(f'The label "{plugin.label}" must be 1 to 40 of a-z, 0-9 and _, beginning with a letter.')
    if plugin.label in RESERVED_LABELS:
        raise PluginError(f'The label "{plugin.label}" belongs to the host: choose another.')
    for name in ("import_models", "create"):
        if getattr(type(plugin), name).__qualname__.split(".")[0] not in {"Plugin", "AppConfig"}:
            raise PluginError(f"{name}() belongs to the host: put start-up code in ready().")


def _check_versions(plugin: Plugin) -> None:
    try:
        Version(plugin.version)
    except (InvalidVersion, TypeError) as error:
        raise PluginError(f'version is {plugin.version!r}: use a PEP 440 version such as "1.0.0".') from error
    try:
        accepted = SpecifierSet(plugin.requires_portal)
    except (InvalidSpecifier, AttributeError, TypeError) as error:
        raise PluginError(
            f'requires_portal is {plugin.requires_portal!r}: use a PEP 440 specifier such as ">=1.0,<2".'
        ) from error
    if not plugin.requires_portal:
        raise PluginError('requires_portal is missing: name the versions it works with, such as ">=1.0,<2".')
    if not accepted.contains(__version__, prereleases=True):
        raise PluginError(
            f"It works with portal {plugin.requires_portal}, and this is {__version__}: upgrade one of them."
        )


def _check_permissions(plugin: Plugin) -> None:
    if not isinstance(plugin.permissions, Mapping):
        raise PluginError('permissions must be a mapping of action to description: {"read": "See to-dos"}.')
    for action, description in plugin.permissions.items():
        if not _ACTION.fullmatch(action) or not isinstance(description, str) or not description:
            raise PluginError(f"The permission {action!r} needs a name of a-z, 0-9 and _, and a description.")
    if not isinstance(plugin.everyone, tuple):
        raise PluginError("everyone must be a tuple of actions: a single one needs a comma after it.")
    for action in plugin.everyone:
        if action not in plugin.permissions:
            raise PluginError(f'everyone names "{action}", which is not among its permissions.')


def _check_cards(plugin: Plugin) -> None:
    _check_all(plugin, "cards", Card)
    seen: set[str] = set()
    for card in plugin.cards:
        where = f'Card "{card.name}"'
        if not _NAME.fullmatch(card.name):
            raise PluginError(f"{where}: a name is 1 to 40 of a-z, 0-9, - and _, beginning with a letter.")
        if card.name in seen:
            raise PluginError(f"{where} is declared twice: give each card its own name.")
        seen.add(card.name)
        if not card.template.startswith(f"{plugin.label}/") or ".." in card.template.split("/"):
            raise PluginError(f'{where}: its template must lie under "{plugin.label}/".')
        _check_slot_name(card.slot, where)
        _check_permission(plugin, card.permission, where)
        if card.io not in ("net", "db", "none") or card.size not in ("S", "M", "L"):
            raise PluginError(f'{where}: io is "net", "db" or "none", and size is "S", "M" or "L".')
        if card.cache_for < 0 or (card.refresh and card.refresh < 5):
            raise PluginError(f"{where}: cache_for is at least 0 seconds, and refresh at least 5 or 0 for never.")
        if (card.exclusive or card.shared) and not card.cache_for:
            raise PluginError(f"{where}: shared and exclusive need cache_for.")


def _check_links(plugin: Plugin) -> None:
    _check_all(plugin, "nav", Link)
    for link in plugin.nav:
        where = f'Link "{link.label}"'
        if link.url.partition(":")[0] != plugin.label:
            raise PluginError(f'{where}: its URL name must begin with "{plugin.label}:".')
        if link.slot not in HOST_LINK_SLOTS:
            _check_slot_name(link.slot, where)
        _check_permission(plugin, link.permission, where)


def _check_slots(plugin: Plugin) -> None:
    _check_all(plugin, "slots", Slot)
    names = [slot.name for slot in plugin.slots]
    for name in names:
        owner, _, place = name.partition(":")
        if owner.partition(".")[0] != plugin.label or not place:
            raise PluginError(f'Slot "{name}" must be named "{plugin.label}:PLACE" or "{plugin.label}.PAGE:PLACE".')
    if len(set(names)) < len(names):
        raise PluginError("A slot is declared twice: give each its own name.")


def _check_schedules(plugin: Plugin) -> None:
    _check_all(plugin, "schedules", Schedule)
    names = [schedule.name for schedule in plugin.schedules]
    for schedule in plugin.schedules:
        where = f'Schedule "{schedule.name}"'
        if not isinstance(schedule.name, str) or not _NAME.fullmatch(schedule.name):
            raise PluginError(f"{where}: a name is 1 to 40 of a-z, 0-9, - and _, beginning with a letter.")
        if names.count(schedule.name) > 1:
            raise PluginError(f"{where} is declared twice: give each schedule its own name.")
        paths = [schedule.task, *([schedule.every] if isinstance(schedule.every, str) else [])]
        if not all(isinstance(path, str) and path.startswith(f"{plugin.name}.") for path in paths):
            raise PluginError(f'{where}: task and every name things of the plugin itself, "{plugin.name}.…".')
        if not isinstance(schedule.every, str) and (type(schedule.every) is not int or schedule.every < LEAST_SECONDS):
            raise PluginError(f"{where}: every is a whole number of seconds, at least {LEAST_SECONDS}.")


def _check_slot_name(name: str, where: str) -> None:
    owner, _, place = name.partition(":")
    if not place or (owner == "home" and name not in HOST_SLOTS):
        raise PluginError(f'{where}: there is no slot "{name}"; the host has {", ".join(HOST_SLOTS)}.')


def _check_permission(plugin: Plugin, permission: str, where: str) -> None:
    label, _, action = permission.partition(".")
    if permission and (label != plugin.label or action not in plugin.permissions):
        raise PluginError(f'{where}: the permission "{permission}" is not among those the plugin declares.')


def _check_all(plugin: Plugin, attribute: str, kind: type[Any]) -> None:
    values = getattr(plugin, attribute)
    if not isinstance(values, tuple) or not all(isinstance(value, kind) for value in values):
        raise PluginError(f"{attribute} must be a tuple of {kind.__name__}: a single one needs a comma after it.")
