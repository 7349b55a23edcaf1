from portal.plugin import Plugin


class RangeForeign(Plugin):
    """Works with a portal that is still to come."""

    name = "tests.plugins.range_foreign"
    version = "1.0.0"
    requires_portal = ">=9"
