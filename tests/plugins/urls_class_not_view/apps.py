from portal.plugin import Plugin


class UrlsClassNotView(Plugin):
    """Forgets as_view()."""

    name = "tests.plugins.urls_class_not_view"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
