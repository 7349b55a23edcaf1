"""What plugin code calls at run time. Together with portal.plugin and portal.testing it is all a plugin may import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group

from portal import __version__ as portal_version
from portal.cards.context import CardContext
from portal.cards.slots import links as slot_links
from portal.guard import PluginError
from portal.registry import registry
from portal.services import markdown, yaml12
from portal.services.config import config
from portal.services.icons import icon_names
from portal.services.pagination import Pages
from portal.services.permissions import grants_of
from portal.services.revisions import Revision, cached
from portal.services.search import Listener, SearchDocument, SearchType, audience_of
from portal.services.search import index as search_index
from portal.state import is_on
from portal.tasks.declaring import task
from portal.tasks.leases import Lease, LeaseTaken, lease
from portal.tasks.queue import alive_workers, enqueue_once, is_enqueued

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "CardContext",
    "Lease",
    "LeaseTaken",
    "Pages",
    "PluginError",
    "Revision",
    "SearchDocument",
    "SearchSource",
    "SearchType",
    "cached",
    "config",
    "enqueue_once",
    "has_permission",
    "has_worker",
    "icon_names",
    "is_enqueued",
    "is_on",
    "keep_search_index",
    "lease",
    "markdown",
    "portal_version",
    "search_audience",
    "search_changed",
    "search_sources",
    "slot_links",
    "task",
    "teams",
    "yaml12",
]


def has_permission(user: Any, permission: str) -> bool:
    """Say whether ``user`` holds "label.action"; superusers hold every permission."""
    return bool(user.has_perm(permission))


def teams(user: Any) -> QuerySet[Group]:
    """Return the groups ``user`` is a member of, by name. Roles are groups too."""
    if not user.is_authenticated:
        return Group.objects.none()
    groups: QuerySet[Group] = user.groups.order_by("name")
    return groups


def has_worker() -> bool:
    """Say whether a worker was seen lately, so that what is enqueued will be run soon."""
    return bool(alive_workers().exists())


def search_changed(label: str, refs: Iterable[str] | None = None) -> None:
    """Say that documents of the plugin ``label`` were added, changed or removed; None means any of them.

    Call it in the transaction of the change. Without a plugin that keeps an index it does nothing. Never raises.
    """
    search_index.changed(label, None if refs is None else tuple(refs))


def keep_search_index(label: str, listener: Listener) -> None:
    """Make the plugin ``label`` the one that keeps the search index: called in its ``ready()``.

    ``listener(label, refs)`` is told what changed, within the transaction of the change and while the plugin is on.
    """
    search_index.listen(label, listener)


@dataclass(frozen=True)
class SearchSource:
    """A plugin that is on and has a search.py; ``permissions`` are the actions it declares."""

    label: str
    name: str
    types: Mapping[str, SearchType]
    permissions: tuple[str, ...]

    def documents(self, refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """Give all documents, or those of ``refs`` that exist. Plugin code: it may raise anything."""
        one = registry.plugins[self.label].search
        return iter(one.documents(refs)) if one else iter(())

    def visible_to(self, user: Any) -> QuerySet[Any, Any] | None:
        """Return the refs that ``user`` may find, one column of text; None: all. Plugin code: it may raise anything."""
        one = registry.plugins[self.label].search
        return one.visible(user) if one and one.visible else None

    def permissions_of(self, user: Any) -> list[str]:
        """Return what documents of the source may ask for so that ``user`` sees them; "" is any permission."""
        grants = grants_of(user)
        declared = registry.plugins[self.label].plugin.permissions
        asked = ("", *(f"{self.label}.{action}" for action in declared)) if grants else ()
        return [permission for permission in asked if grants and grants.allow(permission, declared, self.label)]


def search_sources() -> list[SearchSource]:
    """Return the plugins that are on and have something to be found."""
    return [
        SearchSource(one.label, str(one.plugin.verbose_name), one.search.types, tuple(one.plugin.permissions))
        for one in registry.plugins.values()
        if one.search is not None and is_on(one.label)
    ]


def search_audience(user: Any) -> list[str]:
    """Return the audiences whose documents ``user`` may find: "", "user:7" and "group:3" for each group."""
    return audience_of(user)
