"""Who may do what.

A permission is "label.action"; its row is Django's Permission on the content type of PluginState.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from portal.models import PluginState
from portal.services.standing import EVERYONE, standing_of


class PluginPermissionBackend:
    """Makes ``user.has_perm("todos.read")`` true for holders. It signs nobody in."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Leave signing in to the other backends."""

    def has_perm(self, user: Any, permission: str, obj: object = None) -> bool:
        """Say whether ``user`` holds the plugin permission "label.action"."""
        return permission in held_permissions(user)

    def has_module_perms(self, user: Any, label: str) -> bool:
        """Say whether ``user`` holds any permission of the plugin ``label``; the admin index asks this."""
        return any(permission.startswith(f"{label}.") for permission in held_permissions(user))


def held_permissions(user: Any) -> frozenset[str]:
    """Return the plugin permissions of ``user``: own, of its groups and of the group Everyone.

    A superuser holds all without being listed here: Django's ``has_perm`` answers before it asks a backend.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return standing_of(user).permissions


class Grants(NamedTuple):
    """What somebody may do: everything, which is a superuser's, or what ``permissions`` names."""

    everything: bool
    permissions: frozenset[str]

    def allow(self, permission: str, plugin_permissions: Mapping[str, str], label: str) -> bool:
        """Say whether something of the plugin ``label`` may be used; see ``decide``."""
        if self.everything:
            return True
        if permission:
            return permission in self.permissions
        return not plugin_permissions or any(f"{label}.{action}" in self.permissions for action in plugin_permissions)


def grants_of(user: Any) -> Grants | None:
    """Return what ``user`` may do, or None for who isn't signed in or was switched off."""
    if not user.is_authenticated or not user.is_active:
        return None
    everything = bool(getattr(user, "is_superuser", False))
    return Grants(everything, frozenset() if everything else standing_of(user).permissions)


def decide(user: Any, permission: str, plugin_permissions: Mapping[str, str], label: str) -> bool:
    """Say whether ``user`` may use something of a plugin: the one decision behind routes, nav, cards and API.

    ``permission`` is what the thing asks for; when empty, any of ``plugin_permissions`` will do, and a plugin that
    declares none is open to whoever is signed in.
    """
    grants = grants_of(user)
    return grants is not None and grants.allow(permission, plugin_permissions, label)


def write_permissions(declared: Mapping[str, str], everyone: frozenset[str]) -> None:
    """Make the rows of ``declared`` permissions with their descriptions, and grant new ones of ``everyone``.

    Rows of plugins that are gone stay, so that a plugin which comes back finds its roles as they were.
    """
    content_type = ContentType.objects.get_for_model(PluginState)
    group, _ = Group.objects.get_or_create(name=EVERYONE)
    existing = {row.codename: row for row in Permission.objects.filter(content_type=content_type)}
    for codename, description in declared.items():
        row = existing.get(codename)
        if row is None:
            row = Permission.objects.create(content_type=content_type, codename=codename, name=description[:255])
            if codename in everyone:
                group.permissions.add(row)
        elif row.name != description[:255]:
            row.name = description[:255]
            row.save(update_fields=["name"])
