"""Search over whatever the plugins have to be found."""

from __future__ import annotations

from portal.plugin import Link, Plugin


class Search(Plugin):
    """One box that finds entities, people, announcements, links, to-dos and what other plugins bring."""

    name = "plugins.search"
    verbose_name = "Search"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "Search the portal"}
    everyone = ("read",)
    nav = (Link("Search components, APIs, teams and people", "search:index", permission="search.read", slot="search"),)

    def ready(self) -> None:
        """Ask the host to be told what changes."""
        from plugins.search.updates import note
        from portal.api import keep_search_index

        keep_search_index(self.label, note)
