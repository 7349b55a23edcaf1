from portal.plugin import Plugin


class ViewRaises(Plugin):
    """Has a page that raises."""

    name = "tests.plugins.view_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
