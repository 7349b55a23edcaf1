from portal.plugin import Plugin


class EveryoneUndeclared(Plugin):
    """Gives everyone what it doesn't declare."""

    name = "tests.plugins.everyone_undeclared"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "Read"}
    everyone = ("write",)
