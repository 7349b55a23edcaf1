from portal.plugin import Plugin


class ModelsReplaceUser(Plugin):
    """Replaces the user model."""

    name = "tests.plugins.models_replace_user"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
