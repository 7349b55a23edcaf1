from portal.plugin import Plugin


class LabelOfDjango(Plugin):
    """Claims the label of Django's accounts."""

    name = "tests.plugins.label_of_django"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    label = "auth"
