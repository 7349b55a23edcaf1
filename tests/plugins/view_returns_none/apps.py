from portal.plugin import Plugin


class ViewReturnsNone(Plugin):
    """Has a page that returns nothing."""

    name = "tests.plugins.view_returns_none"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
