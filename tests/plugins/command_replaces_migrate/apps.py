from portal.plugin import Plugin


class CommandReplacesMigrate(Plugin):
    """Replaces migrate."""

    name = "tests.plugins.command_replaces_migrate"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
