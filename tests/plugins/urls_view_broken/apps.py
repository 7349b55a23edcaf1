from portal.plugin import Plugin


class UrlsViewBroken(Plugin):
    """Imports views that can't be imported."""

    name = "tests.plugins.urls_view_broken"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
