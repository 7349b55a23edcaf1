from portal.plugin import Plugin


class AdminColumnMissing(Plugin):
    """Lists a column that doesn't exist."""

    name = "tests.plugins.admin_column_missing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
