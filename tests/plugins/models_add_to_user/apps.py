from portal.plugin import Plugin


class ModelsAddToUser(Plugin):
    """Adds a column to the users."""

    name = "tests.plugins.models_add_to_user"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
