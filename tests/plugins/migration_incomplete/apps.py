from portal.plugin import Plugin


class MigrationIncomplete(Plugin):
    """Has a model that its migrations don't make."""

    name = "tests.plugins.migration_incomplete"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
