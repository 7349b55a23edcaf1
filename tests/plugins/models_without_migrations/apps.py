from portal.plugin import Plugin


class ModelsWithoutMigrations(Plugin):
    """Has a model and no migrations."""

    name = "tests.plugins.models_without_migrations"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
