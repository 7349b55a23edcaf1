from portal.plugin import Plugin


class ModelsForeignApp(Plugin):
    """Puts a model into Django's accounts."""

    name = "tests.plugins.models_foreign_app"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
