from portal.plugin import Plugin


class ViewSleeps(Plugin):
    """Has a page that takes a while."""

    name = "tests.plugins.view_sleeps"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
