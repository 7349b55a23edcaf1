from portal.plugin import Plugin

raise RuntimeError("the ceiling came down")


class ImportRaises(Plugin):
    """Raises while it is imported."""

    name = "tests.plugins.import_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
