"""What plugin code calls at run time. Together with portal.plugin and portal.testing it is all a plugin may import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group

from portal.cards.context import CardContext
from portal.cards.slots import links as slot_links
from portal.services import yaml12
from portal.services.config import config
from portal.services.icons import icon_names
from portal.state import is_on

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["CardContext", "config", "has_permission", "icon_names", "is_on", "slot_links", "teams", "yaml12"]


def has_permission(user: Any, permission: str) -> bool:
    """Say whether ``user`` holds "label.action"; superusers hold every permission."""
    return bool(user.has_perm(permission))


def teams(user: Any) -> QuerySet[Group]:
    """Return the groups ``user`` is a member of, by name. Roles are groups too."""
    if not user.is_authenticated:
        return Group.objects.none()
    groups: QuerySet[Group] = user.groups.order_by("name")
    return groups
