from portal.plugin import Plugin


class MigrationRaisesOnImport(Plugin):
    """Has a migration that raises when it is read."""

    name = "tests.plugins.migration_raises_on_import"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
