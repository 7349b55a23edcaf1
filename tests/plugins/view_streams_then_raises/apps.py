from portal.plugin import Plugin


class ViewStreamsThenRaises(Plugin):
    """Has a page that breaks while it is sent."""

    name = "tests.plugins.view_streams_then_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
