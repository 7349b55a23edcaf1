from portal.plugin import Plugin


class ApiWithoutRouter(Plugin):
    """Has an api.py without a router."""

    name = "tests.plugins.api_without_router"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
