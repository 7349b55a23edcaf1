from portal.plugin import Card, Link, Plugin


class LinkBroken(Plugin):
    """Links to a page it doesn't have."""

    name = "tests.plugins.link_broken"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    nav = (Link("Nowhere", "link_broken:index"),)
    cards = (Card("one", "link_broken/one.html", slot="home:left", link="link_broken:index", io="none"),)
