from portal.plugin import Plugin


class UrlsAppNameForeign(Plugin):
    """Claims the namespace of another plugin."""

    name = "tests.plugins.urls_app_name_foreign"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
