from portal.plugin import Plugin


class ViewClosesConnection(Plugin):
    """Has a page that closes the database."""

    name = "tests.plugins.view_closes_connection"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
