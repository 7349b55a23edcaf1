from portal.plugin import Plugin


class MigrationTwoLeaves(Plugin):
    """Has a history with two ends."""

    name = "tests.plugins.migration_two_leaves"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
