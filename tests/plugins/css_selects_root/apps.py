from portal.plugin import Plugin


class CssSelectsRoot(Plugin):
    """Styles the page around it."""

    name = "tests.plugins.css_selects_root"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
