from portal.plugin import Plugin


class ModelsReferToNothing(Plugin):
    """Refers to a model that doesn't exist."""

    name = "tests.plugins.models_refer_to_nothing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
