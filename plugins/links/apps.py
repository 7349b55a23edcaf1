from portal.plugin import Card, Link, Plugin


class Links(Plugin):
    """Quick links for everybody and for each team."""

    name = "plugins.links"
    verbose_name = "Quick links"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "See quick links"}
    everyone = ("read",)
    cards = (
        Card(
            "quick",
            "links/card.html",
            slot="home:left",
            icon="link",
            link="links:index",
            permission="links.read",
            context="plugins.links.cards.quick",
            size="L",
            io="db",
            order=10,
        ),
    )
    nav = (Link("Quick links", "links:index", permission="links.read", group="Company", icon="link"),)
