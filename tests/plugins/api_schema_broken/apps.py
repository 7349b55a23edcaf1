from portal.plugin import Plugin


class ApiSchemaBroken(Plugin):
    """Describes an answer that has no schema."""

    name = "tests.plugins.api_schema_broken"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
