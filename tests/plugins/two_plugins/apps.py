from portal.plugin import Plugin


class First(Plugin):
    """One of two."""

    name = "tests.plugins.two_plugins"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"


class Second(Plugin):
    """The other."""

    name = "tests.plugins.two_plugins"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
