from portal.plugin import Plugin


class ViewReturnsText(Plugin):
    """Has a page that returns text."""

    name = "tests.plugins.view_returns_text"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
