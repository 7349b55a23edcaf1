from portal.plugin import Plugin


class MigrationExitsWhenApplied(Plugin):
    """Ends the process when its migration is applied."""

    name = "tests.plugins.migration_exits_when_applied"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
