from portal.plugin import Plugin


class MigrationSyntaxError(Plugin):
    """Has a migration that can't be read."""

    name = "tests.plugins.migration_syntax_error"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
