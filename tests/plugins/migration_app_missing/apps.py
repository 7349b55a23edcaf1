from portal.plugin import Plugin


class MigrationAppMissing(Plugin):
    """Depends on an app that isn't installed."""

    name = "tests.plugins.migration_app_missing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
