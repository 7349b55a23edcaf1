from portal.plugin import Plugin


class UrlsRaise(Plugin):
    """Raises in urls.py."""

    name = "tests.plugins.urls_raise"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
