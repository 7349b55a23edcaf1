from portal.plugin import Plugin


class ModelsRaise(Plugin):
    """Raises in models.py."""

    name = "tests.plugins.models_raise"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
