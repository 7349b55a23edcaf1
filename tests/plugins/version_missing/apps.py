from portal.plugin import Plugin


class VersionMissing(Plugin):
    """Has no version."""

    name = "tests.plugins.version_missing"
    requires_portal = ">=1.0,<2"
