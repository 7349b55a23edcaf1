from portal.plugin import Plugin


class CssImports(Plugin):
    """Loads a stylesheet from elsewhere."""

    name = "tests.plugins.css_imports"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
