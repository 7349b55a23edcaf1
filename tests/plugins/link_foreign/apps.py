from portal.plugin import Link, Plugin


class LinkForeign(Plugin):
    """Puts another's page into the navigation as its own."""

    name = "tests.plugins.link_foreign"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    nav = (Link("Accounts", "admin:index"),)
