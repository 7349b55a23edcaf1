from portal.plugin import Plugin


class MigrationOfPlugin(Plugin):
    """Depends on a migration of another plugin."""

    name = "tests.plugins.migration_of_plugin"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
