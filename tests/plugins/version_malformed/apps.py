from portal.plugin import Plugin


class VersionMalformed(Plugin):
    """Has a version that isn't one."""

    name = "tests.plugins.version_malformed"
    version = "the first"
    requires_portal = ">=1.0,<2"
