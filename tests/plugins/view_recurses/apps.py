from portal.plugin import Plugin


class ViewRecurses(Plugin):
    """Has a page that calls itself for ever."""

    name = "tests.plugins.view_recurses"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
