from portal.plugin import Plugin


class UrlsCatchAll(Plugin):
    """Has a page for every address below its own."""

    name = "tests.plugins.urls_catch_all"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
