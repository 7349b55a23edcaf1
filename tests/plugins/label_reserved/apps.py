from portal.plugin import Plugin


class LabelReserved(Plugin):
    """Claims a label of the host."""

    name = "tests.plugins.label_reserved"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    label = "cards"
