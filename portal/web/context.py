"""What every full page shows around its content."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from portal.cards.slots import links
from portal.models import Preferences
from portal.routing import plugin_of
from portal.web.static_files import has_plugin_stylesheet


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame``, computed only as far as a template asks."""
    return {"frame": Frame(request)}


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

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        """Groups of links: Home, then the plugins' by their group in order of first appearance, then Admin."""
        if not self.signed_in:
            return []
        groups: dict[str, list[dict[str, Any]]] = {"": [{"label": "Home", "url": reverse("home"), "icon": "house"}]}
        for link in links(self._user, "nav"):
            groups.setdefault(link["group"], []).append(link)
        if self.admin_url:
            groups.setdefault("Admin", []).append({"label": "Admin", "url": self.admin_url, "icon": "settings"})
        current = self._current([link["url"] for group in groups.values() for link in group])
        return [
            {"label": label, "links": [{**link, "current": link["url"] == current} for link in group]}
            for label, group in groups.items()
        ]

    def _current(self, urls: list[str]) -> str:
        """Return the longest link that the page's path lies under, so that one item at most is marked."""
        path = self._request.path
        home = reverse("home")
        under = [url for url in urls if path == url or (url != home and path.startswith(url))]
        return max(under, key=len, default="")

    @cached_property
    def theme(self) -> str:
        """The user's theme: "system", "light" or "dark"."""
        if not self.signed_in:
            return Preferences.Theme.SYSTEM
        chosen = Preferences.objects.filter(user_id=self._user.pk).values_list("theme", flat=True).first()
        return chosen or Preferences.Theme.SYSTEM

    @cached_property
    def user_name(self) -> str:
        """The name to greet the user by."""
        return (self._user.get_full_name() or self._user.get_username()) if self.signed_in else ""

    @cached_property
    def teams(self) -> list[str]:
        """The names of the user's groups."""
        return list(self._user.groups.values_list("name", flat=True)) if self.signed_in else []

    @cached_property
    def search(self) -> dict[str, str] | None:
        """Where the search box sends to, when a plugin provides search."""
        found = links(self._user, "search") if self.signed_in else []
        return {"url": found[0]["url"], "placeholder": found[0]["label"]} if found else None

    @cached_property
    def notifications(self) -> dict[str, str] | None:
        """Where the bell leads, when a plugin provides notifications."""
        found = links(self._user, "notifications") if self.signed_in else []
        return {"url": found[0]["url"], "label": found[0]["label"]} if found else None

    @cached_property
    def admin_url(self) -> str:
        """The Django admin, for those who may open it."""
        if not self.signed_in or not self._user.is_staff:
            return ""
        try:
            return reverse("admin:index")
        except NoReverseMatch:
            return ""

    @cached_property
    def plugin(self) -> str:
        """The label of the plugin whose page this is."""
        one = plugin_of(self._request.resolver_match)
        return one.label if one else ""

    @cached_property
    def plugin_stylesheet(self) -> str:
        """The static file with the stylesheets of all plugins, when any has one."""
        return "plugins.css" if has_plugin_stylesheet() else ""
