from portal.plugin import Plugin


class ViewExits(Plugin):
    """Has a page that ends the process."""

    name = "tests.plugins.view_exits"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
