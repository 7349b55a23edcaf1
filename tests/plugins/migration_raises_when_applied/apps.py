from portal.plugin import Plugin


class MigrationRaisesWhenApplied(Plugin):
    """Has a migration that raises when it is applied."""

    name = "tests.plugins.migration_raises_when_applied"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
