"""The software catalog."""

from __future__ import annotations

from plugins.catalog.config import CatalogConfig
from portal.plugin import Card, Link, Plugin, Schedule, Slot


class Catalog(Plugin):
    """What the company runs, who owns it, and how it hangs together."""

    name = "plugins.catalog"
    verbose_name = "Catalog"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {
        "read": "See the catalog",
        "refresh": "Read the catalog's files again",
        "delete": "Remove entities until their files are read again",
        "locations": "Register and remove locations",
        "share": "Share views of the list with everyone, and change such views",
        "propose": "Edit entities in a form that gives the file to commit, and see the text of their files",
    }
    everyone = ("read", "propose")
    config_model = CatalogConfig
    slots = (
        Slot("catalog.entity:overview", argument="plugins.catalog.slots.entity"),
        Slot("catalog.entity:tabs", argument="plugins.catalog.slots.entity"),
    )
    schedules = (Schedule("read", "plugins.catalog.tasks.read", every="plugins.catalog.tasks.interval"),)
    nav = (
        Link("Catalog", "catalog:index", permission="catalog.read", group="Catalog", icon="layout-grid", order=10),
        Link("APIs", "catalog:apis", permission="catalog.read", group="Catalog", icon="plug", order=20),
    )
    cards = (
        Card(
            "health",
            "catalog/cards/health.html",
            slot="home:main",
            title="Catalog health",
            icon="heart-pulse",
            link="catalog:problems",
            permission="catalog.refresh",
            context="plugins.catalog.cards.health",
            size="M",
            io="db",
            order=40,
        ),
        Card(
            "starred",
            "catalog/cards/entities.html",
            slot="home:left",
            title="Starred",
            icon="star",
            link="catalog:starred",
            permission="catalog.read",
            context="plugins.catalog.cards.starred",
            size="M",
            io="db",
            order=20,
        ),
        Card(
            "visited",
            "catalog/cards/entities.html",
            slot="home:left",
            title="Recently visited",
            icon="eye",
            permission="catalog.read",
            context="plugins.catalog.cards.visited",
            size="M",
            io="db",
            order=25,
        ),
        Card(
            "owned",
            "catalog/cards/owned.html",
            slot="home:main",
            title="Owned by me",
            icon="boxes",
            link="catalog:owned",
            permission="catalog.read",
            context="plugins.catalog.cards.owned",
            size="M",
            io="db",
            order=10,
        ),
        Card(
            "recent",
            "catalog/cards/entities.html",
            slot="home:main",
            title="Recently updated",
            icon="history",
            link="catalog:recent",
            permission="catalog.read",
            context="plugins.catalog.cards.recent",
            size="M",
            io="db",
            order=30,
        ),
    )

    def ready(self) -> None:
        """Follow the accounts of the portal, which may be entities."""
        from plugins.catalog.providers.changed_accounts import follow_accounts

        follow_accounts()
