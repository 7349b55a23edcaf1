from portal.plugin import Plugin


class ModelsReferToPlugin(Plugin):
    """Refers to a model of another plugin."""

    name = "tests.plugins.models_refer_to_plugin"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
