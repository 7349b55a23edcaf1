from portal.plugin import Plugin


class MigrationParentMissing(Plugin):
    """Has a migration whose parent is missing."""

    name = "tests.plugins.migration_parent_missing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
