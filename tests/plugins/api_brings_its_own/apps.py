from portal.plugin import Plugin


class ApiBringsItsOwn(Plugin):
    """Brings an API instead of a router."""

    name = "tests.plugins.api_brings_its_own"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
