from portal.plugin import Plugin


class ApiRaises(Plugin):
    """Raises in api.py."""

    name = "tests.plugins.api_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
