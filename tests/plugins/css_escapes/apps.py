from portal.plugin import Plugin


class CssEscapes(Plugin):
    """Closes the block it is put into."""

    name = "tests.plugins.css_escapes"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
