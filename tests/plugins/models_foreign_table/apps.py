from portal.plugin import Plugin


class ModelsForeignTable(Plugin):
    """Puts a model onto the users' table."""

    name = "tests.plugins.models_foreign_table"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
