from portal.plugin import Plugin


class UrlsViewNotCallable(Plugin):
    """Names a view that is no view."""

    name = "tests.plugins.urls_view_not_callable"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
