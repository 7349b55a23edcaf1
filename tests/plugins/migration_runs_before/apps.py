from portal.plugin import Plugin


class MigrationRunsBefore(Plugin):
    """Puts itself before a migration of Django's."""

    name = "tests.plugins.migration_runs_before"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
