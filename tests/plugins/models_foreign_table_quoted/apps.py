from portal.plugin import Plugin


class ModelsForeignTableQuoted(Plugin):
    """Puts a model onto the users' table in other words."""

    name = "tests.plugins.models_foreign_table_quoted"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
