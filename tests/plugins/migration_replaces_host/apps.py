from portal.plugin import Plugin


class MigrationReplacesHost(Plugin):
    """Claims to replace a migration of Django's."""

    name = "tests.plugins.migration_replaces_host"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
