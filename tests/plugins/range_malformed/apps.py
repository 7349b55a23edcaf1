from portal.plugin import Plugin


class RangeMalformed(Plugin):
    """Names the portal's versions in words."""

    name = "tests.plugins.range_malformed"
    version = "1.0.0"
    requires_portal = "about one"
