from portal.plugin import Plugin


class MigrationCycle(Plugin):
    """Has a history that bites its tail."""

    name = "tests.plugins.migration_cycle"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
