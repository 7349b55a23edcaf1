from portal.plugin import Plugin


class ModelsClashMany(Plugin):
    """Replaces user_permissions of every user."""

    name = "tests.plugins.models_clash_many"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
