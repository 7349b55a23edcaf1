from portal.plugin import Plugin


class CheckRaises(Plugin):
    """Has a system check that raises."""

    name = "tests.plugins.check_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the check
