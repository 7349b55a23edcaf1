from portal.plugin import Plugin


class ViewSetsLanguage(Plugin):
    """Has a page that leaves its language behind."""

    name = "tests.plugins.view_sets_language"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
