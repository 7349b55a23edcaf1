from portal.plugin import Plugin


def down() -> None:
    down()


down()


class ImportRecurses(Plugin):
    """Calls itself for ever."""

    name = "tests.plugins.import_recurses"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
