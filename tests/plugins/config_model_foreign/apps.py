from portal.plugin import Plugin


class ConfigModelForeign(Plugin):
    """Describes its configuration with a dictionary."""

    name = "tests.plugins.config_model_foreign"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    config_model = {"path": "string"}  # noqa: RUF012 - the fault
