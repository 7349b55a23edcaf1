from portal.plugin import Plugin


class ModelsClashAccessor(Plugin):
    """Replaces is_superuser of every user."""

    name = "tests.plugins.models_clash_accessor"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
