from portal.plugin import Plugin


class LabelTaken(Plugin):
    """Claims the label of another plugin."""

    name = "tests.plugins.label_taken"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    label = "healthy"
