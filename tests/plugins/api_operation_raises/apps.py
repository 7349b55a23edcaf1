from portal.plugin import Plugin


class ApiOperationRaises(Plugin):
    """Has an API operation that raises."""

    name = "tests.plugins.api_operation_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
