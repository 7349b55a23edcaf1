from portal.plugin import Plugin


class CssPositionFixed(Plugin):
    """Lays itself over the page."""

    name = "tests.plugins.css_position_fixed"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
