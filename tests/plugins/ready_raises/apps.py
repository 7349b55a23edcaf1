from portal.plugin import Plugin


class ReadyRaises(Plugin):
    """Raises when it is ready."""

    name = "tests.plugins.ready_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        raise RuntimeError("not ready after all")
