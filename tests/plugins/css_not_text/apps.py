from portal.plugin import Plugin


class CssNotText(Plugin):
    """Has a stylesheet in another encoding."""

    name = "tests.plugins.css_not_text"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
