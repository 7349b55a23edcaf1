from portal.plugin import Plugin


class CheckRaisesLater(Plugin):
    """Has a system check that raises when all apps are checked."""

    name = "tests.plugins.check_raises_later"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the check
