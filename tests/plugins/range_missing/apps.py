from portal.plugin import Plugin


class RangeMissing(Plugin):
    """Doesn't say which portal it works with."""

    name = "tests.plugins.range_missing"
    version = "1.0.0"
