from portal.plugin import Plugin


class MigrationOfHostMissing(Plugin):
    """Depends on a migration of Django's that doesn't exist."""

    name = "tests.plugins.migration_of_host_missing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
