from portal.plugin import Plugin


class ReceiversRaise(Plugin):
    """Receives every request and every save, and raises."""

    name = "tests.plugins.receivers_raise"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        from . import receivers  # noqa: F401 - connects them
