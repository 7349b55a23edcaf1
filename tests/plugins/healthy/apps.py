from __future__ import annotations

from portal.plugin import Card, Link, Plugin, Schedule, Slot


class Healthy(Plugin):
    """Keeps notes, and uses every part of the contract as it is meant."""

    name = "tests.plugins.healthy"
    version = "1.2.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "See notes", "write": "Add notes"}
    everyone = ("read",)
    cards = (
        Card(
            "notes",
            "healthy/notes.html",
            slot="home:main",
            title="Notes",
            icon="file-text",
            link="healthy:index",
            permission="healthy.read",
            context="tests.plugins.healthy.cards.notes",
            io="db",
        ),
        Card("open", "healthy/open.html", slot="home:right", title="Open to its users", io="none"),
        Card(
            "author",
            "healthy/author.html",
            slot="healthy.note:side",
            context="tests.plugins.healthy.cards.author",
            io="db",
        ),
    )
    nav = (
        Link("Healthy", "healthy:index", permission="healthy.read", group="Work", icon="file-text"),
        Link("History", "healthy:history", permission="healthy.write", slot="healthy.note:tabs"),
    )
    slots = (Slot("healthy.note:side", argument="tests.plugins.healthy.cards.note"), Slot("healthy.note:tabs"))
    schedules = (
        Schedule("sweep", "tests.plugins.healthy.tasks.sweep", every=600),
        Schedule("never", "tests.plugins.healthy.tasks.sweep", every="tests.plugins.healthy.tasks.never"),
    )

    def ready(self) -> None:
        from . import receivers  # noqa: F401 - connects them
