from portal.plugin import Plugin


class UrlsIncludeLazy(Plugin):
    """Includes a module without patterns, which shows only when a URL is looked up."""

    name = "tests.plugins.urls_include_lazy"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
