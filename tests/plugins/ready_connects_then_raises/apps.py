from portal.plugin import Plugin


class ReadyConnectsThenRaises(Plugin):
    """Connects receivers to every save, then raises."""

    name = "tests.plugins.ready_connects_then_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        from .receivers import connect

        connect()
        raise RuntimeError("not ready after all")
