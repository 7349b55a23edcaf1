from portal.plugin import Plugin


class EveryoneInString(Plugin):
    """Forgets the comma in everyone."""

    name = "tests.plugins.everyone_in_string"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "Read"}
    everyone = "read"
