"""What every full page shows around its content."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from portal.cards.slots import links_in
from portal.models import Preferences
from portal.registry import registry
from portal.routing import address, plugin_of
from portal.services.permissions import Grants, grants_of
from portal.services.standing import standing_of
from portal.state import state
from portal.web.static_files import has_plugin_stylesheet


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame``, computed only as far as a template asks."""
    return {"frame": Frame(request)}


class NavLink(NamedTuple):
    """A link of the navigation."""

    label: str
    url: str
    icon: str


class NavGroup(NamedTuple):
    """Links under one heading."""

    label: str
    links: tuple[NavLink, ...]


class ServiceLink(NamedTuple):
    """Where the search box sends to, or where the bell leads."""

    label: str
    url: str


class Links(NamedTuple):
    """Where somebody may go from every page."""

    groups: tuple[NavGroup, ...]
    search: ServiceLink | None
    notifications: ServiceLink | None


class Topbar(NamedTuple):
    """Everything the top bar shows, and what its links begin with.

    ``query`` is what was searched for on the page of the search.
    """

    script_prefix: str
    has_nav: bool
    search: ServiceLink | None
    query: str
    notifications: ServiceLink | None
    signed_in: bool
    user_name: str
    teams: tuple[str, ...]
    theme: str


class Frame:
    """Navigation, top bar, user menu and theme of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _user(self) -> Any:
        return getattr(self._request, "user", None)

    @cached_property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return bool(self._user and self._user.is_authenticated)

    @property
    def rail(self) -> str:
        """The navigation, as HTML: Home, then the plugins' links by their group in order of appearance, then Admin."""
        return _rail(self._links.groups, self._current) if self.signed_in else ""

    @cached_property
    def _links(self) -> Links:
        grants = grants_of(self._user)
        if grants is None:
            return Links((), None, None)
        return _links_for(registry.builds, state.current().on, grants, self._user.is_staff, get_script_prefix())

    @property
    def _current(self) -> str:
        """The longest link that the page's path lies under, so that one item at most is marked."""
        path, home = self._request.path, address("home")
        urls = [link.url for group in self._links.groups for link in group.links]
        under = [url for url in urls if path == url or (url != home and path.startswith(url))]
        return max(under, key=len, default="")

    @property
    def topbar(self) -> str:
        """The top bar, as HTML."""
        search = self._links.search
        return _topbar(
            Topbar(
                script_prefix=get_script_prefix(),
                has_nav=self.signed_in,
                search=search,
                query=self._request.GET.get("q", "") if search and self._request.path == search.url else "",
                notifications=self._links.notifications,
                signed_in=self.signed_in,
                user_name=self.user_name,
                teams=standing_of(self._user).teams if self.signed_in else (),
                theme=self.theme,
            )
        )

    @cached_property
    def theme(self) -> str:
        """The user's theme: "system", "light" or "dark"."""
        preferences = getattr(self._user, "preferences", None)
        return preferences.theme if preferences else Preferences.Theme.SYSTEM

    @cached_property
    def user_name(self) -> str:
        """The name to greet the user by."""
        return (self._user.get_full_name() or self._user.get_username()) if self.signed_in else ""

    @cached_property
    def plugin(self) -> str:
        """The label of the plugin whose page this is."""
        one = plugin_of(self._request.resolver_match)
        return one.label if one else ""

    @property
    def plugin_stylesheet(self) -> str:
        """The static file with the stylesheets of all plugins, when any has one."""
        return "plugins.css" if has_plugin_stylesheet() else ""


# The frame of a person's next page differs in the marked link at most, and drawing it takes longer than the page.
@lru_cache(maxsize=1024)
def _links_for(builds: int, on: frozenset[str], grants: Grants, is_staff: bool, script_prefix: str) -> Links:
    groups: dict[str, list[NavLink]] = {"": [NavLink("Home", address("home"), "house")]}
    for link in links_in("nav", on, grants):
        groups.setdefault(link["group"], []).append(NavLink(link["label"], link["url"], link["icon"]))
    if is_staff and (admin_url := address("admin:index")):
        groups.setdefault("Admin", []).append(NavLink("Admin", admin_url, "settings"))
    search, notifications = (
        next((ServiceLink(one["label"], one["url"]) for one in links_in(slot, on, grants)), None)
        for slot in ("search", "notifications")
    )
    return Links(tuple(NavGroup(label, tuple(group)) for label, group in groups.items()), search, notifications)


@lru_cache(maxsize=1024)
def _rail(groups: tuple[NavGroup, ...], current: str) -> SafeString:
    return render_to_string("frame/rail.html", {"groups": groups, "current": current})


@lru_cache(maxsize=1024)
def _topbar(topbar: Topbar) -> SafeString:
    return render_to_string("frame/topbar.html", topbar._asdict())


@receiver(setting_changed)
def _forget_drawn(**_: Any) -> None:
    _links_for.cache_clear()
    _rail.cache_clear()
    _topbar.cache_clear()
