from portal.plugin import Plugin


class UrlsNotAList(Plugin):
    """Has one pattern instead of a list."""

    name = "tests.plugins.urls_not_a_list"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
