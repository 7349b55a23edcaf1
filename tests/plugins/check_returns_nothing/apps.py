from portal.plugin import Plugin


class CheckReturnsNothing(Plugin):
    """Has a system check that forgets to return."""

    name = "tests.plugins.check_returns_nothing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the check
