from portal.plugin import Plugin


class MigrationWithoutClass(Plugin):
    """Has a migration without a class."""

    name = "tests.plugins.migration_without_class"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
