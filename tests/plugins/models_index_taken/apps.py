from portal.plugin import Plugin


class ModelsIndexTaken(Plugin):
    """Takes the name of another plugin's index."""

    name = "tests.plugins.models_index_taken"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
