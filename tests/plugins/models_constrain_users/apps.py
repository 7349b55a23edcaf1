from portal.plugin import Plugin


class ModelsConstrainUsers(Plugin):
    """Lets the database hold on to users."""

    name = "tests.plugins.models_constrain_users"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
