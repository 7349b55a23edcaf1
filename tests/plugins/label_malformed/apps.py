from portal.plugin import Plugin


class LabelMalformed(Plugin):
    """Has a label with capitals."""

    name = "tests.plugins.label_malformed"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    label = "LabelMalformed"
