from portal.plugin import Plugin


class CheckReturnsError(Plugin):
    """Has a system check that finds an error."""

    name = "tests.plugins.check_returns_error"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the check
