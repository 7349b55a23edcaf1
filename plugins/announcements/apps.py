from portal.plugin import Card, Link, Plugin


class Announcements(Plugin):
    """News for everybody: maintenance, outages, changes, with a beginning and an end."""

    name = "plugins.announcements"
    verbose_name = "Announcements"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "See announcements"}
    everyone = ("read",)
    cards = (
        Card(
            "current",
            "announcements/card.html",
            slot="home:main",
            icon="megaphone",
            link="announcements:index",
            permission="announcements.read",
            context="plugins.announcements.cards.current",
            io="db",
            order=10,
        ),
    )
    nav = (
        Link(
            "Announcements", "announcements:index", permission="announcements.read", group="Company", icon="megaphone"
        ),
    )
